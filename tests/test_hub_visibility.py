"""What agents see of a board."""

import json

from agents.permissions import NOTHING, Scope
from queues.visibility import View, may_see_link, visible_tables
from tests.support.board_rows import agent, caller, keyed, keys, member, owed, queue

ADA = Scope(everything=False, interfaces=frozenset({("main", "PJSIP/1000")}), agent_ids=(1,))
EVERYTHING = Scope(everything=True, interfaces=frozenset())


BOARD = keyed(
    links=[{"key": "main", "pbx": "main"}],
    queues=[queue("6500"), queue("6501")],
    members=[member("6500", "PJSIP/1000"), member("6500", "PJSIP/1001"), member("6501", "PJSIP/1001")],
    callers=[
        caller("1", "6500", ringing=("PJSIP/1000", "PJSIP/1001")),
        caller("2", "6501"),
        caller("3", "6500", "talking", "PJSIP/1001"),
        caller("4", "6501", "talking", "PJSIP/1000"),
    ],
    agents=[agent("PJSIP/1000", "6501", "Eve"), agent("PJSIP/1001", "6500", "Mallory")],
)


def test_a_supervisor_sees_all_rows():
    assert visible_tables(EVERYTHING, "main", BOARD) == BOARD


def test_an_agent_sees_their_queues_who_waits_there_and_their_own_call():
    shown = visible_tables(ADA, "main", BOARD)
    assert keys(shown) == {
        "links": ["main"],
        "queues": ["6500"],
        "members": ["6500/PJSIP/1000"],
        "callers": ["1", "4"],
        "agents": ["PJSIP/1000"],
    }


def test_which_colleagues_phones_ring_is_not_shown():
    assert visible_tables(ADA, "main", BOARD)["callers"]["1"]["ringing"] == ["PJSIP/1000"]


def test_the_same_phone_on_another_pbx_is_a_stranger():
    assert not any(visible_tables(ADA, "other", BOARD).values())
    assert not may_see_link(ADA, "other")


def test_somebody_without_rights_sees_nothing():
    assert not any(visible_tables(NOTHING, "main", BOARD).values())
    assert not may_see_link(NOTHING, "main")


def test_joining_a_queue_brings_it_into_view_with_who_waits_there():
    tables = json.loads(json.dumps(BOARD))
    view = View(ADA, "main", tables)
    joined = member("6501", "PJSIP/1000")
    tables["members"][joined["key"]] = joined
    rows, removed = view.update({"members": [joined]}, {}, tables)
    assert {table: [row["key"] for row in changed] for table, changed in rows.items()} == {
        "queues": ["6501"],
        "members": ["6501/PJSIP/1000"],
        "callers": ["2"],
    }
    assert removed == {}


def test_leaving_a_queue_takes_it_and_who_waits_there_out_of_view():
    tables = json.loads(json.dumps(BOARD))
    view = View(ADA, "main", tables)
    del tables["members"]["6500/PJSIP/1000"]
    rows, removed = view.update({}, {"members": ["6500/PJSIP/1000"]}, tables)
    assert rows == {}
    assert removed == {"queues": ["6500"], "members": ["6500/PJSIP/1000"], "callers": ["1"]}


def test_a_caller_whom_a_colleague_takes_goes_out_of_view():
    tables = json.loads(json.dumps(BOARD))
    view = View(ADA, "main", tables)
    taken = caller("1", "6500", "talking", "PJSIP/1001")
    tables["callers"]["1"] = taken
    assert view.update({"callers": [taken]}, {}, tables) == ({}, {"callers": ["1"]})


def test_what_happens_to_others_is_no_change():
    tables = json.loads(json.dumps(BOARD))
    view = View(ADA, "main", tables)
    assert view.update({"callers": [caller("2", "6501")], "agents": [BOARD["agents"]["PJSIP/1001"]]}, {}, tables) == (
        {},
        {},
    )


def test_whom_they_talk_with_is_shown_on_their_own_row_whatever_the_queue():
    assert visible_tables(ADA, "main", BOARD)["agents"]["PJSIP/1000"]["party_name"] == "Eve"


def test_who_was_logged_out_of_a_queue_still_sees_whom_it_owes_a_call():
    tables = json.loads(json.dumps(BOARD))
    tables["owed"] = {row["key"]: row for row in (owed("6500", "0301"), owed("6501", "0302"), owed("6502", "0303"))}
    view = View(ADA, "main", tables)
    assert list(view.shown["owed"]) == ["0301/6500"]
    tables["agents"]["PJSIP/1000"] = agent("PJSIP/1000", left=("6501",))
    told, removed = view.update({"agents": [tables["agents"]["PJSIP/1000"]]}, {}, tables)
    assert ([row["key"] for row in told["owed"]], removed) == (["0302/6501"], {})
    assert "6501" not in view.shown["queues"]
    tables["agents"]["PJSIP/1000"] = agent("PJSIP/1000")
    told, removed = view.update({"agents": [tables["agents"]["PJSIP/1000"]]}, {}, tables)
    assert removed == {"owed": ["0302/6501"]}
