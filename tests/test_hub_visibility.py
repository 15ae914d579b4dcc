"""What an agent sees of a board, and that following deltas shows the same as looking anew."""

import json

from hypothesis import given
from hypothesis import strategies as st

from agents.permissions import NOTHING, Scope
from queues.live.state import TABLES
from queues.visibility import View, may_see_link, visible_tables

ADA = Scope(everything=False, interfaces=frozenset({("main", "PJSIP/1000")}), agent_ids=(1,))
EVERYTHING = Scope(everything=True, interfaces=frozenset())


def caller(uniqueid: str, queue: str, state: str = "waiting", agent: str = "", ringing: tuple[str, ...] = ()) -> dict:
    return {"key": uniqueid, "queue": queue, "state": state, "agent_interface": agent, "ringing": list(ringing)}


def member(queue: str, interface: str) -> dict:
    return {"key": f"{queue}/{interface}", "queue": queue, "interface": interface}


def keyed(**rows: list[dict]) -> dict[str, dict[str, dict]]:
    return {table: {row["key"]: row for row in rows.get(table, [])} for table in TABLES}


BOARD = keyed(
    links=[{"key": "main", "pbx": "main"}],
    queues=[{"key": "6500", "number": "6500"}, {"key": "6501", "number": "6501"}],
    members=[member("6500", "PJSIP/1000"), member("6500", "PJSIP/1001"), member("6501", "PJSIP/1001")],
    callers=[
        caller("1", "6500", ringing=("PJSIP/1000", "PJSIP/1001")),
        caller("2", "6501"),
        caller("3", "6500", "talking", "PJSIP/1001"),
        caller("4", "6501", "talking", "PJSIP/1000"),
    ],
    agents=[{"key": "PJSIP/1000", "interface": "PJSIP/1000"}, {"key": "PJSIP/1001", "interface": "PJSIP/1001"}],
)


def keys(tables: dict) -> dict[str, list[str]]:
    return {table: sorted(rows) for table, rows in tables.items()}


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


phones = st.sampled_from(["PJSIP/1000", "PJSIP/1001", "PJSIP/1002"])
queues = st.sampled_from(["6500", "6501", "6502"])
rows = st.one_of(
    st.tuples(st.just("members"), st.builds(member, queues, phones)),
    st.tuples(st.just("queues"), queues.map(lambda number: {"key": number, "number": number})),
    st.tuples(st.just("agents"), phones.map(lambda phone: {"key": phone, "interface": phone})),
    st.tuples(
        st.just("callers"),
        st.builds(
            caller,
            st.sampled_from("12345"),
            queues,
            st.sampled_from(["waiting", "connecting", "talking"]),
            st.one_of(st.just(""), phones),
            st.lists(phones, max_size=2).map(tuple),
        ),
    ),
)
deltas = st.lists(st.tuples(st.booleans(), rows), max_size=5)


@given(st.lists(deltas, max_size=12))
def test_following_deltas_shows_the_same_as_looking_anew(stream):
    tables = keyed(links=[{"key": "main", "pbx": "main"}])
    view = View(ADA, "main", tables)
    browser = json.loads(json.dumps(view.shown))
    for delta in stream:
        # As on the wire: a key is either set or removed by one delta.
        last = {(table, row["key"]): (is_set, row) for is_set, (table, row) in delta}
        told: dict = {}
        gone: dict = {}
        for (table, key), (is_set, row) in last.items():
            if is_set:
                told.setdefault(table, []).append(row)
                tables[table][key] = row
            elif tables[table].pop(key, None):
                gone.setdefault(table, []).append(key)
        shown, hidden = view.update(told, gone, tables)
        for table, changed in shown.items():
            browser[table].update((row["key"], row) for row in changed)
        for table, left in hidden.items():
            for key in left:
                del browser[table][key]
        assert browser == view.shown == View(ADA, "main", tables).shown
