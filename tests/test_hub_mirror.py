"""The board as a web process has it: deltas in order, snapshots in pieces, the same as the worker's board."""

from datetime import UTC, datetime

import orjson

from agents.permissions import Scope
from queues.live.state import TABLES, AgentRow, Board, CallRow, Change, MemberRow, QueueRow
from queues.live.wire import delta_frame
from queues.mirror import SNAPSHOT_FRAME_BYTES, Mirror, Taken, tables_of

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EVERYTHING = Scope(everything=True, interfaces=frozenset())
ADA = Scope(everything=False, interfaces=frozenset({("main", "PJSIP/1000")}))
BOB = Scope(everything=False, interfaces=frozenset({("main", "PJSIP/1001")}))


def board() -> Board:
    board = Board("main")
    board.apply(
        Change(type(row).table, row.key, row)
        for row in (
            QueueRow("main", "6500", "Support", oldest_joined_at=AT),
            MemberRow("main", "6500", "PJSIP/1000"),
            CallRow("main", "", "17.1", "6500", AT),
            AgentRow("main", "PJSIP/1000", id=1),
            AgentRow("main", "PJSIP/1001", id=2),
        )
    )
    return board


def delta(changes: list[Change], seq: int = 11, epoch: int = 3) -> dict:
    return orjson.loads(delta_frame("main", epoch, seq, AT, changes))


def mirror() -> Mirror:
    return Mirror(board(), epoch=3, seq=10)


def test_the_next_delta_makes_it_the_board_with_those_changes():
    changes = [
        Change("queues", "6500", QueueRow("main", "6500", "Sales", waiting=0)),
        Change("callers", "17.1", None),
        Change("agents", "PJSIP/1002", AgentRow("main", "PJSIP/1002", id=3)),
    ]
    ours, worker = mirror(), board()
    assert ours.take(delta(changes)) is Taken.NEXT
    worker.apply(changes)
    assert ours.tables == tables_of(worker)
    assert (ours.epoch, ours.seq) == (3, 11)


def test_a_repeated_or_older_delta_changes_nothing():
    ours = mirror()
    gone = [Change("callers", "17.1", None)]
    for epoch, seq in ((3, 10), (3, 9), (2, 11)):
        assert ours.take(delta(gone, seq, epoch)) is Taken.OLD
    assert ours.tables == tables_of(board())


def test_a_delta_after_a_missing_one_or_of_a_new_run_is_a_gap():
    ours = mirror()
    gone = [Change("callers", "17.1", None)]
    for epoch, seq in ((3, 12), (4, 1), (4, 11)):
        assert ours.take(delta(gone, seq, epoch)) is Taken.GAP
    assert ours.tables == tables_of(board())


def test_removing_what_is_not_there_is_no_error():
    assert mirror().take(delta([Change("members", "none", None)])) is Taken.NEXT


def rows_of(frames: list[str]) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = {}
    for frame in map(orjson.loads, frames):
        for table, part in frame["rows"].items():
            rows.setdefault(table, []).extend(part)
    return rows


def test_a_small_snapshot_is_one_frame_with_all_rows():
    [frame] = map(orjson.loads, mirror().snapshot(EVERYTHING, AT))
    assert {key: frame[key] for key in ("type", "pbx", "epoch", "seq", "part", "parts")} == {
        "type": "snapshot",
        "pbx": "main",
        "epoch": 3,
        "seq": 10,
        "part": 1,
        "parts": 1,
    }
    assert {table: {row["key"]: row for row in rows} for table, rows in frame["rows"].items()} == tables_of(board())


def test_a_large_snapshot_is_cut_into_frames_that_together_hold_each_row_once():
    large = board()
    large.apply(
        Change("members", row.key, row)
        for row in (MemberRow("main", "6500", f"PJSIP/{number}", name="é" * 100) for number in range(2000))
    )
    ours = Mirror(large, 3, 10)
    frames = ours.snapshot(EVERYTHING, AT)
    assert len(frames) > 2
    assert max(len(frame.encode()) for frame in frames) <= SNAPSHOT_FRAME_BYTES
    assert [(orjson.loads(frame)["part"], orjson.loads(frame)["parts"]) for frame in frames] == [
        (number, len(frames)) for number in range(1, len(frames) + 1)
    ]
    told = {table: {row["key"]: row for row in rows} for table, rows in rows_of(frames).items()}
    assert told == ours.tables
    assert sum(len(rows) for rows in rows_of(frames).values()) == sum(len(rows) for rows in ours.tables.values())


def test_a_snapshot_is_encoded_once_until_something_changes():
    ours = mirror()
    first = ours.snapshot(EVERYTHING, AT)
    assert ours.snapshot(EVERYTHING, AT) is first
    ours.take(delta([Change("callers", "17.1", None)]))
    assert rows_of(ours.snapshot(EVERYTHING, AT))["callers"] == []


def test_a_board_without_rows_still_has_a_snapshot():
    [frame] = Mirror(Board("main"), 0, 0).snapshot(EVERYTHING, AT)
    assert orjson.loads(frame)["rows"] == {table: [] for table in TABLES}


def test_agents_get_the_delta_with_only_their_rows_and_the_same_place():
    ours = mirror()
    for scope in (ADA, BOB):
        ours.snapshot(scope, AT)
    changes = delta([Change("callers", "17.1", None), Change("agents", "PJSIP/1001", AgentRow("main", "PJSIP/1001"))])
    ours.take(changes)
    texts = ours.restrict(changes, {ADA, BOB})
    adas, bobs = orjson.loads(texts[ADA]), orjson.loads(texts[BOB])
    assert (adas["set"], adas["removed"]) == ({}, {"callers": ["17.1"]})
    assert ([row["key"] for row in bobs["set"]["agents"]], bobs["removed"]) == (["PJSIP/1001"], {})
    assert adas["seq"] == bobs["seq"] == 11


def test_a_scope_that_had_no_snapshot_gets_no_delta():
    ours = mirror()
    changes = delta([Change("callers", "17.1", None)])
    ours.take(changes)
    assert ours.restrict(changes, {ADA}) == {}
