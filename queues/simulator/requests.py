"""What clients write: bytes into requests; and the packets that answer them.

In: bytes as they come. Out: `Request`s; texts of packets without their closing empty line. Line ends may be
CRLF or bare LF, as the real parser takes them; limits are its own (manager.c's 1024 bytes a line, 128 lines).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_MAX_LINE, _MAX_LINES = 1024, 128


@dataclass(slots=True)
class Request:
    """An action's headers, in order. `fault` is why it could not be read, "" normally."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""

    def get(self, name: str) -> str:
        """The first header of that name, case aside; "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def without_action_id(self) -> Request:
        """The same without ActionID, for a PBX that does not echo it."""
        return Request([header for header in self.headers if header[0].lower() != "actionid"], self.fault)

    @property
    def action_id(self) -> str:
        """The whole ActionID line to echo; "" when the client sent none."""
        value = self.get("ActionID")
        return f"ActionID: {value}\r\n" if value else ""


class Reader:
    """Cuts one connection's bytes into requests."""

    def __init__(self) -> None:
        self._rest = b""
        self._request = Request()
        self._is_too_long = False

    def feed(self, data: bytes) -> list[Request]:
        """The requests that `data` completes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _MAX_LINE:
            self._is_too_long, self._rest = True, self._rest[:_MAX_LINE]
        done = []
        for line in lines:
            if self._is_too_long or len(line) > _MAX_LINE:
                self._request.fault = "Failed to parse message: line too long"
                self._is_too_long = False
                continue
            text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
            if text:
                self._take(text)
                continue
            done.append(self._request)
            self._request = Request()
        return done

    def _take(self, line: str) -> None:
        if len(self._request.headers) >= _MAX_LINES:
            self._request.fault = "Too many lines in message or allocation failure"
            return
        name, colon, value = line.partition(":")
        if colon:
            self._request.headers.append((name.strip(), value.lstrip(" ")))


def answer(request: Request, response: str = "Success", **headers: str | int) -> str:
    """A response packet: Response, ActionID, then `headers` in order."""
    told = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"Response: {response}\r\n{request.action_id}{told}"


def refusal(request: Request, message: str) -> str:
    """An error in the PBX's words."""
    return answer(request, "Error", Message=message)


def listing(request: Request, message: str, rows: Iterable[str], end: str, items: int | None = None) -> list[str]:
    """A list: its opening response, its rows, and the event `end` with how many `items` there were (the
    number of rows when not told)."""
    told = list(rows)
    count = len(told) if items is None else items
    opening = answer(request, EventList="start", Message=message)
    closing = f"Event: {end}\r\n{request.action_id}EventList: Complete\r\nListItems: {count}\r\n"
    return [opening, *told, closing]


def is_true(value: str) -> bool:
    """What app_queue takes for yes."""
    return value.strip().lower() in {"yes", "true", "y", "t", "1", "on"}
