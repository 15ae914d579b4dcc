"""A story of frames and the board it must end in: what the browser's store and Python's board are compared by.

`python -m tests.support.board_frames` writes it to tests/data/board_frames.json, which `node --test` reads.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from agents.states import AgentState, DeviceState
from queues.live import wire
from queues.live.state import (
    AgentRow,
    Board,
    CallRow,
    CallState,
    Change,
    LinkRow,
    LinkState,
    MemberRow,
    QueueRow,
    Row,
)

PATH = Path(__file__).resolve().parent.parent / "data" / "board_frames.json"
PBX, EPOCH = "main", 7
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LINK = LinkRow(pbx=PBX, state=LinkState.UP, since=START, dialect="ucm", actions=("pause", "unpause"))
SALES = QueueRow(pbx=PBX, number="6500", name="Sales", completed=4, service_level_seconds=20)
SUPPORT = QueueRow(pbx=PBX, number="support-night", name="Support <b>night</b>")
ADA = AgentRow(pbx=PBX, interface="PJSIP/1000", id=1, extension="1000", name="Ada", state=AgentState.AVAILABLE)
BOB = AgentRow(pbx=PBX, interface="PJSIP/1001", id=2, extension="1001", name="Bób ☎", state=AgentState.PAUSED)
ADA_IN_SALES = MemberRow(pbx=PBX, queue="6500", interface="PJSIP/1000", device_state=DeviceState.NOT_IN_USE)
BOB_IN_SALES = MemberRow(pbx=PBX, queue="6500", interface="PJSIP/1001", paused=True, pause_reason="Lunch")
CALL = CallRow(pbx=PBX, boot="b", uniqueid="17.1", queue="6500", joined_at=START, number="0301234567", position=1)


def put(*rows: Row) -> list[Change]:
    return [Change(row.table, row.key, row) for row in rows]


def taken_off(*rows: Row) -> list[Change]:
    return [Change(row.table, row.key, None) for row in rows]


#: One flush of the worker after the other.
FLUSHES = [
    put(CALL, replace(SALES, waiting=1, oldest_joined_at=START)),
    put(
        replace(CALL, ringing=("PJSIP/1000",)),
        replace(ADA, state=AgentState.RINGING, queue="6500", party_number="0301234567", call_uniqueid="17.1"),
    ),
    put(
        replace(CALL, state=CallState.TALKING, agent_interface="PJSIP/1000", position=0, hold_seconds=9),
        replace(ADA, state=AgentState.ON_CALL, queue="6500", party_number="0301234567", call_uniqueid="17.1"),
        SALES,
    ),
    [*taken_off(BOB_IN_SALES), *put(replace(BOB, state=AgentState.LOGGED_OUT))],
    [*taken_off(CALL), *put(replace(ADA, state=AgentState.WRAP_UP), replace(SALES, completed=5))],
    [*put(SUPPORT), *taken_off(BOB)],
]


def first_board() -> Board:
    board = Board(PBX)
    board.apply(put(LINK, SALES, ADA, BOB, ADA_IN_SALES, BOB_IN_SALES))
    return board


def story() -> dict[str, Any]:
    """`{"first": rows, "snapshot": frame, "deltas": [frame], "last": rows}`, rows by table as on the wire."""
    board = first_board()
    first = _rows(board)
    head = {"type": "snapshot", "pbx": PBX, "epoch": EPOCH, "seq": 40, "at": START}
    snapshot = _decoded(orjson.dumps({**head, "rows": wire.board_rows(board), "part": 1, "parts": 1}))
    deltas = []
    for number, changes in enumerate(FLUSHES, start=1):
        board.apply(changes)
        at = START + timedelta(seconds=number)
        deltas.append(_decoded(wire.delta_frame(PBX, EPOCH, 40 + number, at, changes)))
    return {"first": first, "snapshot": snapshot, "deltas": deltas, "last": _rows(board)}


def _rows(board: Board) -> Any:
    return _decoded(orjson.dumps(wire.board_rows(board)))


def _decoded(text: bytes) -> Any:
    return orjson.loads(text)


if __name__ == "__main__":
    PATH.write_text(json.dumps(story(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
