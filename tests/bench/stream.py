"""A minute of a busy Asterisk as bytes, as often as a benchmark needs it, no channel named twice."""

from __future__ import annotations

import gzip
import re
from functools import cache

from tests.support.recordings import FOLDER

RECORDING = "mixed-60s-16"
#: A channel's Uniqueid: epoch seconds, a dot, a counter.
_UNIQUEID = re.compile(rb"\b(1[0-9]{9}\.)([0-9]+)")
#: Far above any counter of the recording.
_ROUND = 1_000_000


@cache
def recorded() -> bytes:
    """The recording without its banner, whole packets only."""
    data = gzip.decompress((FOLDER / f"{RECORDING}.ami.gz").read_bytes())
    return data[data.index(b"\n") + 1 : data.rindex(b"\r\n\r\n") + 4]


def minute(number: int) -> bytes:
    """The recording with channels of its own for each `number`."""
    return _UNIQUEID.sub(lambda m: m[1] + b"%d" % (number * _ROUND + int(m[2])), recorded())


def packets_of(data: bytes) -> list[bytes]:
    """The packets of whole bytes, each with its closing empty line."""
    return [packet + b"\r\n\r\n" for packet in data.split(b"\r\n\r\n") if packet.strip()]


def pieces_of(data: bytes, size: int) -> list[bytes]:
    """The bytes as reads of `size` would return them, cut anywhere."""
    return [data[start : start + size] for start in range(0, len(data), size)]
