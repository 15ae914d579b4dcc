"""What browsers and the API are told of rows and changes."""

import json

from queues.live.state import TABLES
from queues.live.wire import HIDDEN, board_rows, delta_frame
from tests.support.told import BEGIN, Story, connect, hangup, join, member


def test_a_delta_carries_whole_rows_by_table_and_the_keys_of_those_that_left():
    story = Story(member(kind="status"), join())
    story.changes.clear()
    story.event(4, connect())
    story.event(9, hangup("1.1"))
    frame = json.loads(delta_frame("pbx", 3, 8, BEGIN, story.changes))

    assert (frame["type"], frame["pbx"], frame["epoch"], frame["seq"]) == ("delta", "pbx", 3, 8)
    assert frame["at"] == "2026-11-23T09:00:00+00:00"
    assert set(frame["set"]) == {"callers", "queues", "agents"}
    assert frame["removed"] == {"callers": ["1.1"]}


def test_ended_calls_are_history_and_no_part_of_a_delta():
    story = Story(join())
    story.event(9, hangup("1.1"))
    frame = json.loads(delta_frame("pbx", 1, 1, BEGIN, [c for c in story.changes if c.table == "calls"]))

    assert (frame["set"], frame["removed"]) == ({}, {})


def test_every_row_has_its_key_and_keeps_internal_fields_to_the_server():
    board = Story(member(kind="status"), join(), connect()).board
    rows = board_rows(board)

    assert list(rows) == list(TABLES)
    for table in TABLES:
        for row in rows[table]:
            assert row["key"] in getattr(board, table)
            assert row["pbx"] == "pbx"
            assert not HIDDEN & set(row)
