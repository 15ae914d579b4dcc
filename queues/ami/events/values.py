"""Single header values read as text, numbers, instants and flags. Everything from a PBX is taken as hostile.

`Values` wraps one frame and reads headers under any of their spellings. A header that is absent, or empty where
a number should be, gives None ("not told"); one that is broken gives None as well and is counted, so that one
odd field never costs the whole event. Only a missing identity does. Text is made safe for a database and a page
here, once.
"""

from __future__ import annotations

import re
from collections import Counter

from queues.ami.frames import Frame

#: Longest text the board keeps of any header.
MAX_TEXT = 255
#: Largest whole number taken: what a 32-bit column holds. Larger ones are broken, not big.
MAX_WHOLE = 2**31 - 1
#: Latest epoch taken, in the year 2100.
MAX_EPOCH = 4_102_444_800

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_ESCAPE = re.compile(r"\\([abfnrtv\\'\"?])")
_NO_NAME = frozenset({"<unknown>", "unknown"})
_TRUE = frozenset({"1", "yes", "true", "on", "y", "t"})
_FALSE = frozenset({"0", "no", "false", "off", "n", "f"})


def clean(text: str) -> str:
    """`text` fit for the board: control characters become spaces, bytes that were no UTF-8 become U+FFFD, and
    at most 255 characters stay."""
    if not text.isprintable():
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(" ", text))
    return text[:MAX_TEXT]


def unescape(text: str) -> str:
    """`text` without the C escapes Asterisk writes into names of channel blocks (main/manager_channels.c).

    Letters that stand for a control character become a space, as `clean` would make of the character."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: " " if match[1].isalpha() else match[1], text)


class NoIdentity(Exception):
    """The frame does not say which queue, member, caller or channel it is about."""


class Values:
    """The headers of one frame, read by name; several names are spellings of which the first present counts."""

    __slots__ = ("_faults", "_first", "frame")

    def __init__(self, frame: Frame, faults: Counter[str]) -> None:
        self.frame = frame
        self._first = frame.first
        self._faults = faults

    def _raw(self, names: tuple[str, ...]) -> str | None:
        # `Frame.get` unrolled: this runs a dozen times for each event.
        for name in names:
            value = self._first.get(name.lower())
            if value is not None:
                return value.removeprefix(" ")
        return None

    def text(self, *names: str) -> str | None:
        """Clean text, None if there is no such header."""
        value = self._raw(names)
        return None if value is None else clean(value)

    def word(self, *names: str) -> str:
        """Clean text for identities and the like: "" when absent, empty or `<unknown>`."""
        value = clean(self._raw(names) or "").strip()
        return "" if value == "<unknown>" else value

    def identity(self, *names: str) -> str:
        """A word without which the frame says nothing.

        **Errors** NoIdentity when it is absent or empty."""
        value = self.word(*names)
        if not value:
            raise NoIdentity
        return value

    def queue(self) -> str:
        """The queue's identity, in lower case, which may be longer."""
        return self.identity("Queue").lower()[:MAX_TEXT]

    def caller_id(self, name: str, *, escaped: bool = True) -> str | None:
        """A number or name of a caller. The three spellings of "not known" become ""."""
        value = self._raw((name,))
        if value is None:
            return None
        value = clean(unescape(value) if escaped else value)
        return "" if value in _NO_NAME else value

    def number(self, *names: str, limit: float = MAX_WHOLE) -> float | None:
        """A number from 0 to `limit`; a percent sign behind it is ignored."""
        value = self._raw(names)
        if value is None:
            return None
        value = value.strip().removesuffix("%").rstrip()
        if not value:
            return None
        if _NUMBER.fullmatch(value) and (number := float(value)) <= limit:
            return number
        self._faults["number"] += 1
        return None

    def whole(self, *names: str) -> int | None:
        """A whole number; decimals are cut off."""
        number = self.number(*names)
        return None if number is None else int(number)

    def count(self, *names: str) -> int:
        """A whole number that must be there; 0 where it is absent or broken."""
        return self.whole(*names) or 0

    def epoch(self, *names: str) -> float | None:
        """Seconds since 1970 by the PBX's clock; 0.0 means never."""
        return self.number(*names, limit=MAX_EPOCH)

    def flag(self, *names: str) -> bool | None:
        """A truth value in any of Asterisk's spellings."""
        value = (self._raw(names) or "").strip().lower()
        if value in _TRUE:
            return True
        if value and value not in _FALSE:
            self._faults["flag"] += 1
            return None
        return False if value else None
