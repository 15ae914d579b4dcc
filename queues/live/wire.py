"""Rows and changes as JSON for browsers and the API: the only place that names JSON keys.

Shape of a row: its dataclass fields by name plus `key`, unique within its PBX and table. Instants are ISO 8601
UTC, enums their words, tuples arrays. Shape of frames: see `delta_frame` and `snapshot_frame`.
Fields that only the worker needs (`HIDDEN`) are left out.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from queues.live.concerns import IncidentRow, OwedRow
from queues.live.state import TABLES, AgentRow, Board, CallRow, Change, LinkRow, MemberRow, QueueRow, Row

#: Fields that stay on the server: internal ids and names that no page needs.
HIDDEN = frozenset({"boot", "agent_uniqueid", "linkedid", "last_caller_channel", "state_interface", "left_at"})

_FIELDS: dict[type, tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls) if f.name not in HIDDEN)
    for cls in (LinkRow, QueueRow, MemberRow, CallRow, AgentRow, OwedRow, IncidentRow)
}


def row_json(row: Row) -> dict[str, Any]:
    """The row as a dict that `orjson` encodes as is."""
    out: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS[type(row)]}
    out["key"] = row.key
    return out


def board_rows(board: Board) -> dict[str, list[dict[str, Any]]]:
    """`{"links": [...], "queues": [...], …}`: every table of a board."""
    return {table: [row_json(row) for row in getattr(board, table).values()] for table in TABLES}


def delta_frame(pbx: str, epoch: int, seq: int, at: datetime, changes: list[Change]) -> bytes:
    """One flush as text: `{"type": "delta", pbx, epoch, seq, at, "set": {table: [row]}, "removed":
    {table: [key]}}`. Tables without changes are left out. `seq` grows by one with every flush of an epoch."""
    rows: dict[str, list[dict[str, Any]]] = {}
    removed: dict[str, list[str]] = {}
    for change in changes:
        if change.table not in TABLES:
            continue
        if change.row is None:
            removed.setdefault(change.table, []).append(change.key)
        else:
            rows.setdefault(change.table, []).append(row_json(change.row))
    return orjson.dumps(
        {"type": "delta", "pbx": pbx, "epoch": epoch, "seq": seq, "at": at, "set": rows, "removed": removed}
    )
