"""One AMI connection: banner, login, masks and filters, one action after the other, and the events it hears.

In: bytes of a client, packets of events. Out: bytes, in the pieces and with the faults the PBX was told to
have. The rules of a connection are Asterisk's: before a login everything is "Permission denied", a wrong
login is answered after a second and closed, thirty seconds without a login are closed without a word, and a
client that does not read is cut off.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from queues.simulator.actions import HANDLERS
from queues.simulator.calls import Refused
from queues.simulator.desk import Desk, Later
from queues.simulator.privileges import Listed, Rights
from queues.simulator.requests import Reader, Request, answer, refusal

#: What may wait unsent before the client counts as not reading (a real PBX: about what the kernel buffers).
_MAX_UNSENT = 4 * 1024 * 1024

#: How many packets a frozen connection may hold back before it is given up, so that no freeze eats the memory.
_MAX_HELD = 100_000


@dataclass(frozen=True, slots=True)
class Terms:
    """How this PBX treats its clients. `chunk`: write in pieces of so many bytes (0: whole)."""

    user: str
    secret: str
    rights: Rights
    actions: dict[str, Listed]
    has_live_events: bool = True
    echoes_action_id: bool = True
    chunk: int = 0
    login_seconds: float = 30.0


class Session(asyncio.Protocol):
    """A connection. `on_change` is called when it begins, ends, or hears something else than before."""

    def __init__(
        self,
        desk: Desk,
        terms: Terms,
        rng_bits: Callable[[int], int],
        on_change: Callable[[Session], None],
        is_frozen: bool = False,
    ) -> None:
        self.hears: frozenset[str] = frozenset()
        self.is_open = False
        self._desk = desk
        self._terms = terms
        self._rng_bits = rng_bits
        self._on_change = on_change
        self._reader = Reader()
        self._requests: deque[Request] = deque()
        self._is_busy = False
        self._is_logged_in = False
        self._is_frozen = is_frozen
        self._challenge = ""
        self._filters: list[tuple[bool, re.Pattern[str]]] = []
        self._out: list[bytes] = []
        self._held: list[bytes] = []
        self._is_flushing = False
        self._timers: list[asyncio.TimerHandle] = []

    # Connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._loop = asyncio.get_running_loop()
        self.is_open = True
        if self._is_frozen:
            self._transport.pause_reading()
        self._on_change(self)
        self._timers.append(self._loop.call_later(self._terms.login_seconds, self._give_up_waiting))
        self.send_raw(f"{self._desk.dialect.banner}\r\n".encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        for timer in self._timers:
            timer.cancel()
        self._on_change(self)

    def data_received(self, data: bytes) -> None:
        self._requests.extend(self._reader.feed(data))
        self._work()

    def _give_up_waiting(self) -> None:
        if not self._is_logged_in:
            self.close()

    def close(self) -> None:
        """Close as a PBX does: what was said goes out first."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever is still to go."""
        self._transport.abort()

    def reset(self) -> None:
        """Close with a TCP reset; what is under way is lost."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def freeze(self) -> None:
        """Neither read nor write from now on, the connection staying open."""
        self._is_frozen = True
        self._transport.pause_reading()

    def thaw(self) -> None:
        """Go on after `freeze`; what was held back goes out now."""
        self._is_frozen = False
        self._transport.resume_reading()
        self.flush()

    # Writing

    def send_raw(self, data: bytes) -> None:
        """Put bytes on the wire, after whatever is still to go."""
        self._out.append(data)
        if len(self._out) > _MAX_HELD:
            self.abort()
        elif not self._is_flushing:
            self._is_flushing = True
            self._loop.call_soon(self.flush)

    def hear(self, packet: bytes) -> None:
        """An event; while an action is answered it waits until the answer is out."""
        if self._filters and not self._passes(packet):
            return
        if self._is_busy:
            self._held.append(packet)
        else:
            self.send_raw(packet)

    def _passes(self, packet: bytes) -> bool:
        """Asterisk's rule: any exclude that matches hides it, and with includes one must match."""
        text = packet.decode("utf-8", "surrogateescape")
        includes = [pattern for is_exclude, pattern in self._filters if not is_exclude]
        if any(is_exclude and pattern.search(text) for is_exclude, pattern in self._filters):
            return False
        return not includes or any(pattern.search(text) for pattern in includes)

    def flush(self) -> None:
        """Hand what is still to go to the socket now, unless frozen."""
        self._is_flushing = False
        if self._is_frozen or not self._out or not self.is_open:
            return
        data = b"".join(self._out)
        self._out.clear()
        if self._transport.get_write_buffer_size() > _MAX_UNSENT:
            self._transport.abort()
        elif self._terms.chunk:
            self._write_pieces(data)
        else:
            self._transport.write(data)

    def _write_pieces(self, data: bytes) -> None:
        """One piece a turn of the loop, so that the other side sees them apart."""
        if self._is_frozen or not self.is_open:
            self._out.insert(0, data)
            return
        size = self._terms.chunk
        self._transport.write(data[:size])
        if rest := data[size:] + b"".join(self._out):
            self._out.clear()
            self._is_flushing = True
            self._loop.call_soon(self._write_pieces, rest)
        else:
            self._is_flushing = False

    # Actions

    def _work(self) -> None:
        while self._requests and not self._is_busy and self.is_open:
            request = self._requests.popleft()
            if not self._terms.echoes_action_id:
                request = request.without_action_id()
            self._is_busy = True
            self._perform(request)

    def _answer(self, packets: list[str]) -> None:
        """The end of an action: its answer, then the events that came meanwhile."""
        for packet in packets:
            self.send_raw(f"{packet}\r\n".encode("utf-8", "surrogateescape"))
        for event in self._held:
            self.send_raw(event)
        self._held.clear()
        self._is_busy = False

    def _answer_later(self, packets: list[str]) -> None:
        self._answer(packets)
        self._work()

    def _perform(self, request: Request) -> None:
        name = request.get("Action")
        listed = self._terms.actions.get(name.lower())
        if request.fault or not name:
            self._answer([refusal(request, request.fault or "Missing action in request")])
        elif name.lower() == "login":
            self._log_in(request)
        elif name.lower() == "challenge":
            self._answer([self._make_challenge(request)])
        elif name.lower() == "logoff":
            self._answer([answer(request, "Goodbye", Message="Thanks for all the fish.")])
            self.close()
        elif not self._is_logged_in:
            self._answer([refusal(request, "Permission denied")])
        elif listed is None:
            words = f"Invalid/unknown command: {name}. Use Action: ListCommands to show available commands."
            self._answer([refusal(request, words)])
        elif not listed.is_allowed(self._terms.rights):
            self._answer([refusal(request, "Permission denied")])
        else:
            self._act(request, listed)

    def _act(self, request: Request, listed: Listed) -> None:
        match listed.name.lower():
            case "listcommands":
                allowed = [a.line for a in self._terms.actions.values() if a.is_allowed(self._terms.rights)]
                self._answer([answer(request) + "".join([f"{line}\r\n" for line in allowed])])
            case "events":
                self._answer([self._set_mask(request)])
            case "filter":
                self._answer([self._add_filter(request)])
            case name if name in HANDLERS:
                self._hand_over(request, name)
            case _:
                self._answer([refusal(request, f"{listed.name} is not part of this simulator")])

    def _hand_over(self, request: Request, name: str) -> None:
        """Let the action act on the floor as it is now; what it set going begins when it is answered."""
        self._desk.asked[request.get("Action")] += 1
        self._desk.floor.advance(self._desk.clock())
        try:
            result = HANDLERS[name](self._desk, request)
        except Refused as refused:
            result = [refusal(request, str(refused))]
        if not isinstance(result, Later):
            self._answer(result)
        elif result.packets is not None:
            self._answer(result.packets)
        else:
            result.then = self._answer_later
        self._desk.floor.agenda.settle()

    # Login

    def _make_challenge(self, request: Request) -> str:
        if request.get("AuthType").upper() != "MD5":
            return refusal(request, "Must specify AuthType")
        self._challenge = str(self._rng_bits(30))
        return answer(request, Challenge=self._challenge)

    def _log_in(self, request: Request) -> None:
        if self._is_logged_in:
            self._answer([refusal(request, "Already authenticated")])
        elif not self._is_right(request):
            self._timers.append(self._loop.call_later(1.0, self._refuse_login, request))
        else:
            self._is_logged_in = True
            self._answer([answer(request, Message="Authentication accepted")])
            self._hear_classes(request.get("Events") or "on")
            self._greet()

    def _is_right(self, request: Request) -> bool:
        if request.get("Username") != self._terms.user:
            return False
        if request.get("AuthType").upper() == "MD5":
            proof = hashlib.md5((self._challenge + self._terms.secret).encode(), usedforsecurity=False).hexdigest()
            return bool(self._challenge) and request.get("Key") == proof
        return request.get("Secret") == self._terms.secret

    def _refuse_login(self, request: Request) -> None:
        self._answer([refusal(request, "Authentication failed")])
        self.close()

    def _greet(self) -> None:
        """The first events: FullyBooted on stock (the guide's login shows none), then SuccessfulAuth."""
        desk = self._desk
        if "system" in self.hears and desk.dialect.name == "asterisk":
            uptime = int(desk.floor.now - desk.floor.booted_at)
            self.hear(
                f"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: {uptime}\r\nLastReload: {uptime}\r\n"
                "Status: Fully Booted\r\n\r\n".encode()
            )
        if "security" in self.hears:
            self.hear(self._successful_auth().encode())

    def _successful_auth(self) -> str:
        at = datetime.fromtimestamp(self._desk.clock(), UTC)
        moment = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"
        here, there = (self._transport.get_extra_info(name) for name in ("sockname", "peername"))
        return (
            f"Event: SuccessfulAuth\r\nPrivilege: security,all\r\nEventTV: {moment}\r\nSeverity: Informational\r\n"
            f"Service: AMI\r\nEventVersion: 1\r\nAccountID: {self._terms.user}\r\nSessionID: 0x7f82e67c48\r\n"
            f"LocalAddress: IPV4/TCP/{here[0]}/{here[1]}\r\nRemoteAddress: IPV4/TCP/{there[0]}/{there[1]}\r\n"
            f"UsingPassword: 0\r\nSessionTV: {moment}\r\n\r\n"
        )

    # Masks and filters

    def _set_mask(self, request: Request) -> str:
        mask = request.get("EventMask")
        if not self._hear_classes(mask):
            return refusal(request, "Invalid event mask")
        return answer(request, Events="On" if self.hears else "Off")

    def _hear_classes(self, mask: str) -> bool:
        """Hear what `mask` (on, off, or classes) allows of the user's rights; False when it makes no sense."""
        reads = self._terms.rights.reads if self._terms.has_live_events else frozenset()
        wanted = {name.strip().lower() for name in mask.split(",")} - {""}
        if not wanted:
            return False
        if wanted & {"on", "all", "yes", "true", "1"}:
            self.hears = reads
        elif wanted & {"off", "no", "false", "0", "none"}:
            self.hears = frozenset()
        else:
            self.hears = reads & wanted
        self._on_change(self)
        return True

    def _add_filter(self, request: Request) -> str:
        text = request.get("Filter")
        if request.get("Operation").lower() != "add" or not text:
            return refusal(request, "Unknown operation")
        try:
            self._filters.append((text.startswith("!"), re.compile(text.removeprefix("!"))))
        except re.error:
            return refusal(request, "Filter format error")
        return answer(request, Message="Success")
