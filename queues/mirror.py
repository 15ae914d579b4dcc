"""One PBX's board as a web process knows it: rows as JSON objects, the place in the worker's stream of deltas,
and the frames that tell it to browsers. Pure: no database, no clock, no sockets.

`queues.hub` feeds it deltas in the order they arrive; `take` says what each means. Frames for everybody with
the same rights are encoded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum, auto
from typing import Any

import orjson

from agents.permissions import Scope
from queues.live import wire
from queues.live.state import TABLES, Board
from queues.veil import veiled_delta, veiled_tables
from queues.visibility import JsonRow, Tables, View

#: Frames above it would hold up the socket, and Daphne refuses a megabyte.
SNAPSHOT_FRAME_BYTES = 256 * 1024
#: Room for a snapshot frame's keys beside its rows.
_FRAME_OVERHEAD = 1024


class Taken(Enum):
    """What became of a delta: it was the next one; it was old or repeated; others are missing before it."""

    NEXT = auto()
    OLD = auto()
    GAP = auto()


def tables_of(board: Board) -> Tables:
    """The board's rows exactly as they look after a journey through JSON."""
    rows = orjson.loads(orjson.dumps(wire.board_rows(board)))
    return {table: {row["key"]: row for row in rows[table]} for table in TABLES}


class Mirror:
    def __init__(self, board: Board, epoch: int, seq: int) -> None:
        self.pbx = board.pbx
        self.epoch = epoch
        self.seq = seq
        self.tables = tables_of(board)
        self._views: dict[Scope, View] = {}
        self._snapshots: dict[Scope | None, list[str]] = {}

    def take(self, delta: dict[str, Any]) -> Taken:
        """Apply a decoded delta frame if it is the next one. Errors: KeyError, TypeError if it is none; then
        the mirror is not to be trusted any more."""
        if (delta["epoch"], delta["seq"]) <= (self.epoch, self.seq):
            return Taken.OLD
        if (delta["epoch"], delta["seq"]) != (self.epoch, self.seq + 1):
            return Taken.GAP
        for table, rows in delta["set"].items():
            self.tables[table].update((row["key"], row) for row in rows)
        for table, keys in delta["removed"].items():
            for key in keys:
                self.tables[table].pop(key, None)
        self.seq = delta["seq"]
        self._snapshots.clear()
        return Taken.NEXT

    def restrict(self, delta: dict[str, Any], scopes: Iterable[Scope]) -> dict[Scope, str]:
        """The delta just taken, as text, for those of these restricted scopes that have had a snapshot; views of
        scopes not named are forgotten."""
        self._views = {scope: self._views[scope] for scope in scopes if scope in self._views}
        nothing = _text({**delta, "set": {}, "removed": {}})
        texts = {}
        for scope, view in self._views.items():
            rows, removed = view.update(delta["set"], delta["removed"], self.tables)
            if scope.veil is not None:
                rows, removed = veiled_delta(scope.veil, rows, removed)
            texts[scope] = _text({**delta, "set": rows, "removed": removed}) if rows or removed else nothing
        return texts

    def snapshot(self, scope: Scope, at: datetime) -> list[str]:
        """The visible rows as one or more `snapshot` frames of at most 256 KB, unless a row alone is larger."""
        key = None if scope.everything else scope
        if key not in self._snapshots:
            self._snapshots[key] = list(self._frames(self._shown(scope), at))
        return self._snapshots[key]

    def _shown(self, scope: Scope) -> Tables:
        if scope.everything:
            return self.tables
        if scope not in self._views:
            self._views[scope] = View(scope, self.pbx, self.tables)
        shown = self._views[scope].shown
        return shown if scope.veil is None else veiled_tables(scope.veil, shown)

    def _frames(self, tables: Tables, at: datetime) -> Iterator[str]:
        head = {"type": "snapshot", "pbx": self.pbx, "epoch": self.epoch, "seq": self.seq, "at": at}
        parts = list(_parts(tables))
        for number, rows in enumerate(parts, start=1):
            yield _text({**head, "rows": rows, "part": number, "parts": len(parts)})


def _parts(tables: Tables) -> Iterator[dict[str, list[JsonRow]]]:
    """The rows in order, cut where a frame would grow too large; every part names every table."""
    part: dict[str, list[JsonRow]] = {table: [] for table in TABLES}
    size = 0
    for table in TABLES:
        for row in tables[table].values():
            row_size = len(orjson.dumps(row)) + 1
            if size and size + row_size > SNAPSHOT_FRAME_BYTES - _FRAME_OVERHEAD:
                yield part
                part, size = {table: [] for table in TABLES}, 0
            part[table].append(row)
            size += row_size
    yield part


def _text(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()
