"""The streams in tests/data, as bytes and as frames."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from queues.ami.errors import FrameError
from queues.ami.frames import Counters, Decoder, Frame, Wanted

FOLDER = Path(__file__).parent.parent / "data"


def stream(name: str) -> bytes:
    """The bytes of `name`.ami, or of a recording."""
    path = FOLDER / f"{name}.ami"
    return (
        path.read_bytes() if path.exists() else gzip.decompress((FOLDER / "recordings" / f"{name}.ami.gz").read_bytes())
    )


def frames(*pieces: bytes, wanted: Wanted = None, counters: Counters | None = None) -> list[Frame]:
    """What a decoder makes of these reads."""
    decoder = Decoder(wanted, counters or Counters())
    return [frame for piece in pieces for frame in decoder.feed(piece)]


def frames_before_refusal(pieces: Iterable[bytes]) -> list[Frame]:
    """What a decoder makes of these reads until it refuses to go on, which it must."""
    decoder, found = Decoder(None, Counters()), []
    try:
        for piece in pieces:
            for told in decoder.feed(piece):
                found.append(told)
    except FrameError:
        return found
    raise AssertionError("the decoder took everything")


def frame(text: str) -> Frame:
    """The frame of one packet whose lines are those of `text`."""
    (only,) = frames(text.strip("\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n")
    return only
