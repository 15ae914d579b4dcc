"""AMI's wire format: bytes to frames, and actions to bytes. No I/O, no meaning.

In: whatever a read returned, cut anywhere. Out: one `Frame` per packet, in order. The decoder takes what real
PBXs send: CRLF or bare LF, empty packets, `Name:` without a space, repeated headers, lines of plain text, bytes
that are not UTF-8. It decodes a packet at a time, never a read at a time, so a character cut in half survives.

Events nobody wants (about two thirds of a PBX's stream) are dropped on the bytes of their first line, before
anything is parsed. Going the other way `encode` refuses, and never repairs, what could smuggle a header or an
action into the PBX.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from queues.ami.errors import FrameError, InvalidAction

#: Longest line and packet we accept. Asterisk sets no bound; the longest ones seen in the field are lists of
#: commands of 8 KiB. Beyond, the stream is broken or hostile and the link is dropped.
MAX_LINE = 64 * 1024
MAX_PACKET = 1024 * 1024
#: So many first lines have their meaning remembered, if they are short; a PBX has far fewer, a hostile one no end.
MAX_VERDICTS = 500
MAX_VERDICT_LINE = 100
TOO_LONG = "The PBX sent a line or packet that is too long."

#: What Asterisk takes: a line of less than 1025 bytes with its end, 128 lines a packet, and an ActionID that
#: fits the buffers some of its actions copy it into (main/manager.c).
MAX_SENT_LINE = 1024
MAX_SENT_LINES = 128

#: Event names to keep, in lower case, each with a piece of the packet that must be there too (b"" for none).
#: None keeps every event.
Wanted = Mapping[bytes, bytes] | None


class Frame:
    """One packet: an ordered multimap of headers whose names are compared without case.

    `get` answers with the first header of a name, as Asterisk itself does. Values are text as sent, with bytes
    that are not UTF-8 kept as lone surrogates; cleaning is the reader's business.
    """

    __slots__ = ("_lines", "first")

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        #: The first value under each name in lower case, its leading space included: most are never asked for.
        self.first: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if colon:
                self.first.setdefault(name.lower(), value)

    @classmethod
    def from_bytes(cls, packet: bytes) -> Frame:
        """The frame of one packet whose lines end in LF, without the closing empty line."""
        return cls(packet.decode("utf-8", "surrogateescape").split("\n"))

    def get(self, name: str) -> str | None:
        """The first value under `name`, "" if it is empty, None if there is no such header."""
        value = self.first.get(name.lower())
        return None if value is None else value.removeprefix(" ")

    def all(self, name: str) -> list[str]:
        """Every value under `name`, in order (`Output`, `ChanVariable`, UCM's second `Application`)."""
        name = name.lower()
        return [value for other, value in self.headers if other.lower() == name]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers in order, names spelled as sent."""
        parts = [line.partition(":") for line in self._lines]
        return [(name, value.removeprefix(" ")) for name, colon, value in parts if colon]

    @property
    def text(self) -> list[str]:
        """Lines that are no headers: text blocks, and the rest of a value that had a line feed in it."""
        return [line for line in self._lines if ":" not in line]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self._lines == other._lines

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Frame({self._lines[:1]!r}, {len(self._lines)} lines)"


@dataclass(slots=True)
class Counters:
    """What passed over one link, for metrics and for finding out why something is missing on the board.

    `frames` counts packets, `unwanted` those dropped by name. `skipped` counts by reason what could not be
    used: frames that are neither event nor response, rows nobody asked for, broken numbers, overflows.
    `events` counts live events handed on, by class.
    """

    frames: int = 0
    unwanted: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)


class Decoder:
    """Cuts a stream of bytes into frames. `wanted` may change between reads."""

    def __init__(self, wanted: Wanted, counters: Counters) -> None:
        self.wanted = wanted
        self._counters = counters
        self._buffer = bytearray()
        self._searched = 0
        self._held = b""
        #: What first lines of packets have meant so far, while `wanted` was this.
        self._verdicts: dict[bytes, bytes | None] = {}
        self._judged_for: Wanted = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames completed by `data`. Exhaust it before feeding again.

        **Errors** FrameError when a line or packet is too long, after the frames before it were yielded.
        """
        data = self._held + data
        # A CR at the end may be half of a CRLF: wait for the rest, so that every LF below ends a line.
        self._held = b"\r" if data.endswith(b"\r") else b""
        self._buffer += data.removesuffix(b"\r").replace(b"\r\n", b"\n")
        buffer = self._buffer
        # The search starts where the last one ended, or a long packet would cost quadratic time.
        end = buffer.rfind(b"\n\n", self._searched)
        if end >= 0:
            complete = bytes(buffer[:end])
            del buffer[: end + 2]
            for packet in complete.split(b"\n\n"):
                packet = packet.strip(b"\n")
                if packet:
                    self._counters.frames += 1
                    _check_length(packet)
                    if self._is_wanted(packet):
                        yield Frame.from_bytes(packet)
        self._searched = max(0, len(buffer) - 1)
        # A margin, since LFs around the packet are no part of it; the exact check is made on whole packets.
        if len(buffer) > MAX_PACKET + 2 or (len(buffer) > MAX_LINE and buffer.rfind(b"\n", -MAX_LINE - 1) < 0):
            raise FrameError(TOO_LONG)

    def _is_wanted(self, packet: bytes) -> bool:
        """Whether to parse `packet`. Only an event that names itself in its first line can be told so early."""
        if self.wanted is None:
            return True
        if self.wanted is not self._judged_for:
            self._judged_for, self._verdicts = self.wanted, {}
        line = packet.partition(b"\n")[0]
        if line in self._verdicts:
            piece = self._verdicts[line]
        else:
            piece = _piece_wanted(line, self.wanted)
            if len(self._verdicts) < MAX_VERDICTS and len(line) < MAX_VERDICT_LINE:
                self._verdicts[line] = piece
        if piece is not None and piece in packet:
            return True
        self._counters.unwanted += 1
        return False


def _piece_wanted(line: bytes, wanted: Mapping[bytes, bytes]) -> bytes | None:
    """What a packet with this first line must hold to be parsed; None: it is not wanted."""
    return wanted.get(line[6:].strip().lower()) if line[:6].lower() == b"event:" else b""


def _check_length(packet: bytes) -> None:
    if len(packet) > MAX_PACKET or (
        len(packet) > MAX_LINE and any(len(line) > MAX_LINE for line in packet.split(b"\n"))
    ):
        raise FrameError(TOO_LONG)


_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_ACTION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def encode(action: str, fields: Iterable[tuple[str, str]], action_id: str) -> bytes:
    """The packet of one action, `ActionID` included.

    **Errors** InvalidAction for control characters anywhere (a lone LF already ends a line for Asterisk, so a
    value could add headers or whole actions), for header names that are no plain word, for text that is not
    encodable, and beyond Asterisk's limits. The message names the header, never its value.
    """
    if not _ACTION_ID.fullmatch(action_id):
        raise InvalidAction("An ActionID is 1 to 64 letters, digits, dots, dashes or underscores.")
    headers = [("Action", action), ("ActionID", action_id), *fields]
    if len(headers) > MAX_SENT_LINES:
        raise InvalidAction(f"An action has at most {MAX_SENT_LINES} lines, not {len(headers)}.")
    return b"".join(_encode_line(name, value) for name, value in headers) + b"\r\n"


def _encode_line(name: str, value: str) -> bytes:
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidAction("A header's name is one plain word.")
    if _CONTROL.search(value):
        raise InvalidAction(f"{name}: control characters are not allowed.")
    try:
        line = f"{name}: {value}\r\n".encode()
    except UnicodeEncodeError:
        raise InvalidAction(f"{name}: this text cannot be encoded.") from None
    if len(line) > MAX_SENT_LINE:
        raise InvalidAction(f"{name}: too long, a line has at most {MAX_SENT_LINE} bytes.")
    return line
