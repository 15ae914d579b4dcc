"""Benchmark: what an event costs from its bytes to the changed board.

The same bytes, in the same pieces, go through our connection, the typed events and the reducer; through
panoramisk, which makes a dict of each packet and calls one callback for it; and through `bytes.split`, less than
which nobody can do. Ours also decides what each event means, which panoramisk leaves to its callbacks.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from queues.ami.connection import Answered, LoggedIn
from queues.live.reducer import apply_event
from tests.bench import stream
from tests.bench.figures import Row, Spread, ratio, spread
from tests.support.dialogue import Dialogue
from tests.support.recordings import BEGIN, new_board

#: What a socket returns at once on a busy link.
READ_BYTES = 16 * 1024
#: Ours may cost this share of panoramisk's bare dispatch.
AIM = 1 / 4

Reads = list[bytes]


@dataclass(frozen=True, slots=True)
class Decoding:
    """CPU µs per event on the wire. `decoded` is ours without the reducer."""

    events: int
    ours: Spread
    decoded: Spread
    panoramisk: Spread
    split: Spread

    def rows(self) -> list[Row]:
        share = ratio(self.ours, self.panoramisk)
        return [
            Row(
                "Bytes → typed event → board, CPU µs per event",
                str(self.ours),
                f"panoramisk, bare dispatch: {self.panoramisk}; × {share}",
                "≤ 1/4 of it",
                share.median <= AIM,
            ),
            Row("… of which bytes → typed event", str(self.decoded), f"bytes.split: {self.split}"),
        ]


def run(*, minutes: int = 4, rounds: int = 7) -> Decoding:
    data = b"".join(stream.minute(number) for number in range(minutes))
    reads = stream.pieces_of(data, READ_BYTES)
    events = len(stream.packets_of(data))
    ways = (_reduce, _decode, _dispatch, _split)
    taken: dict[Callable[[Reads], None], list[float]] = {way: [] for way in ways}
    for _round in range(rounds):
        for way in ways:
            taken[way].append(_cpu(way, reads) / events * 1e6)
    ours, decoded, panoramisk, split = (spread(taken[way]) for way in ways)
    return Decoding(events, ours, decoded, panoramisk, split)


def _cpu(way: Callable[[Reads], None], reads: Reads) -> float:
    """CPU seconds of one way, its set-up included; garbage of the one before is not its own."""
    gc.collect()
    began = time.process_time()
    way(reads)
    return time.process_time() - began


def _happenings(reads: Reads) -> Iterable[object]:
    connection = Dialogue().log_in().connection
    for data in reads:
        yield from connection.receive(data)


def _decode(reads: Reads) -> None:
    deque(_happenings(reads), maxlen=0)


def _reduce(reads: Reads) -> None:
    """As `queues.live.session` does; each event some milliseconds after the one before."""
    board, at, step = new_board(), BEGIN, timedelta(milliseconds=8)
    for happening in _happenings(reads):
        if not isinstance(happening, Answered | LoggedIn):
            at += step
            apply_event(board, happening, at)


def _dispatch(reads: Reads) -> None:
    seen: deque[object] = deque(maxlen=1)
    manager = Manager()
    # Its own answer to FullyBooted wants an event loop, and has nothing to send.
    manager.patterns.clear()
    manager.register_event("*", lambda _manager, event: seen.append(event))
    # What its own `connection_made` does, without a socket and without an event loop.
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    for data in reads:
        protocol.data_received(data)


def _split(reads: Reads) -> None:
    rest = b""
    for data in reads:
        *packets, rest = (rest + data).split(b"\r\n\r\n")
        for packet in packets:
            packet.split(b"\r\n")
