"""Recorded streams of a real Asterisk, as the events the board gets: see tests/data/recordings/README.md."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from queues.ami import events as ami
from queues.ami.frames import Counters, Decoder
from queues.live.reducer import adopt, apply_event, apply_link
from queues.live.state import Board, CallRow, Change, LinkState

FOLDER = Path(__file__).parent.parent / "data" / "recordings"
#: The instant at which every recording is taken to begin.
BEGIN = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)


@cache
def live_events(name: str) -> tuple[tuple[ami.Event, datetime], ...]:
    """The live events of a recording with the instant each was read; rows of lists are left out."""
    data = gzip.decompress((FOLDER / f"{name}.ami.gz").read_bytes())
    reads = [line.split() for line in (FOLDER / f"{name}.times").read_text().splitlines()]
    ends = [int(offset) for _, offset in reads[1:]] + [len(data)]
    decoder = Decoder(None, Counters())
    position = data.index(b"\n") + 1  # behind the banner
    events = []
    for (seconds, _), end in zip(reads, ends, strict=True):
        at = BEGIN + timedelta(seconds=float(seconds))
        for frame in decoder.feed(data[position:end]):
            is_row = frame.get("ActionID") is not None and frame.get("Privilege") is None
            event = None if is_row else ami.from_frame(frame)
            if event is not None:
                events.append((event, at))
        position = max(position, end)
    return tuple(events)


@dataclass
class Replay:
    """A board that has lived through events, all changes it made, and the final rows of its calls."""

    board: Board
    changes: list[Change]

    @property
    def calls(self) -> list[CallRow]:
        """The calls that ended, each by its last word, in the order they ended."""
        last: dict[str, CallRow] = {}
        for change in self.changes:
            if isinstance(change.row, CallRow) and change.table == "calls":
                last[change.key] = change.row
        return list(last.values())


def new_board() -> Board:
    board = adopt(Board("pbx"))
    apply_link(board, BEGIN, LinkState.UP, boot="1")
    return board


def replay(events: tuple[tuple[ami.Event, datetime], ...], board: Board | None = None) -> Replay:
    board = board or new_board()
    changes = []
    for event, at in events:
        changes += apply_event(board, event, at)
    return Replay(board, changes)
