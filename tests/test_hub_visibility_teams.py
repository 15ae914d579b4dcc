"""What people of a team see of a board, now and as it changes; and for every kind of person and any story: following
deltas shows the same as looking anew, and never more than a plain statement of the rules allows."""

import json
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from agents.permissions import Scope
from queues.visibility import View, may_see_link, visible_tables
from tests.support.board_rows import agent, caller, incident, keyed, keys, member, owed, queue

Q = frozenset({("main", "6500")})
SALES = Scope(everything=False, interfaces=frozenset(), watched=Q, supervised=Q)
SALES_VIEWER = Scope(everything=False, interfaces=frozenset(), watched=Q)
#: Supervises 6500 and sits at PJSIP/1002, a member of 6501.
BOTH = Scope(everything=False, interfaces=frozenset({("main", "PJSIP/1002")}), agent_ids=(3,), watched=Q, supervised=Q)

#: 1000 is a member of 6500, 1001 of both queues, 1002 of 6501, 1003 of none.
BOARD = keyed(
    links=[{"key": "main", "pbx": "main"}],
    queues=[queue("6500"), queue("6501")],
    members=[
        member("6500", "PJSIP/1000"),
        member("6500", "PJSIP/1001"),
        member("6501", "PJSIP/1001"),
        member("6501", "PJSIP/1002"),
    ],
    callers=[
        caller("1", "6500", ringing=("PJSIP/1000", "PJSIP/1001")),
        caller("2", "6501", ringing=("PJSIP/1001",)),
        caller("3", "6500", "talking", "PJSIP/1000"),
        caller("4", "6501", "talking", "PJSIP/1001"),
        caller("5", "6501", "talking", "PJSIP/1002"),
    ],
    agents=[
        agent("PJSIP/1000", "6500", "Eve"),
        agent("PJSIP/1001", "6501", "Mallory"),
        agent("PJSIP/1002", "6501", "Trent"),
        agent("PJSIP/1003", "", "Mum"),
    ],
)


def copied(tables: dict = BOARD) -> dict:
    return json.loads(json.dumps(tables))


class Floor:
    """A board that changes, with one person's view of it."""

    def __init__(self, scope: Scope) -> None:
        self.tables = copied()
        self.view = View(scope, "main", self.tables)

    def change(self, rows: dict | None = None, removed: dict | None = None) -> tuple[dict, dict]:
        """What the view tells: keys set and keys removed, by table."""
        for table, changed in (rows or {}).items():
            self.tables[table].update((row["key"], row) for row in changed)
        for table, gone in (removed or {}).items():
            for key in gone:
                self.tables[table].pop(key)
        told, hidden = self.view.update(rows or {}, removed or {}, self.tables)
        return {table: sorted(row["key"] for row in changed) for table, changed in told.items()}, dict(hidden)


def test_a_team_sees_its_queues_whole_and_nothing_else():
    for scope in (SALES, SALES_VIEWER):
        assert keys(visible_tables(scope, "main", BOARD)) == {
            "links": ["main"],
            "queues": ["6500"],
            "members": ["6500/PJSIP/1000", "6500/PJSIP/1001"],
            "callers": ["1", "3"],
            "agents": ["PJSIP/1000", "PJSIP/1001"],
        }


def test_a_shared_agents_call_of_another_queue_is_not_told():
    shown = visible_tables(SALES, "main", BOARD)["agents"]
    assert shown["PJSIP/1000"] == BOARD["agents"]["PJSIP/1000"]
    assert shown["PJSIP/1001"] == agent("PJSIP/1001")


def test_a_call_of_no_queue_is_told():
    floor = Floor(SALES)
    floor.change({"agents": [agent("PJSIP/1001", "", "Mum")]})
    assert floor.view.shown["agents"]["PJSIP/1001"]["party_name"] == "Mum"


def test_a_call_of_no_queue_with_another_queues_caller_is_not_told():
    floor = Floor(SALES)
    floor.change({"agents": [agent("PJSIP/1001", "", "0301")]})
    # The PBX has not told yet that this is how the call of 6501 goes on.
    told, _gone = floor.change({"callers": [caller("2", "6501", "connecting", number="0301")]})
    assert told == {"agents": ["PJSIP/1001"]}
    assert floor.view.shown["agents"]["PJSIP/1001"] == agent("PJSIP/1001")
    floor.change({"callers": [caller("6", "6501", number="0301")]})
    assert floor.change(removed={"callers": ["2"]}) == ({}, {})
    told, _gone = floor.change(removed={"callers": ["6"]})
    assert told == {"agents": ["PJSIP/1001"]}
    assert floor.view.shown["agents"]["PJSIP/1001"]["party_number"] == "0301"


def test_what_a_shared_agent_does_for_others_is_no_change():
    floor = Floor(SALES)
    assert floor.change({"agents": [agent("PJSIP/1001", "6501", "Somebody else")]}) == ({}, {})


def test_a_pbx_without_a_queue_of_theirs_is_not_there():
    assert may_see_link(SALES, "main")
    assert not may_see_link(SALES, "branch")
    assert not any(visible_tables(SALES, "branch", BOARD).values())


def test_who_supervises_and_has_a_phone_sees_the_sum():
    shown = visible_tables(BOTH, "main", BOARD)
    assert keys(shown) == {
        "links": ["main"],
        "queues": ["6500", "6501"],
        "members": ["6500/PJSIP/1000", "6500/PJSIP/1001", "6501/PJSIP/1002"],
        "callers": ["1", "2", "3", "5"],
        "agents": ["PJSIP/1000", "PJSIP/1001", "PJSIP/1002"],
    }
    # Bob is seen through 6500 only: that 6501 rings him may be seen, whom he talks with there not.
    assert shown["agents"]["PJSIP/1001"] == agent("PJSIP/1001")
    assert shown["agents"]["PJSIP/1002"]["party_name"] == "Trent"


def test_a_caller_who_is_answered_stays_and_one_who_goes_to_another_queue_leaves():
    floor = Floor(SALES)
    assert floor.change({"callers": [caller("1", "6500", "talking", "PJSIP/1001")]}) == ({"callers": ["1"]}, {})
    assert floor.change({"callers": [caller("1", "6501")]}) == ({}, {"callers": ["1"]})


def test_an_agent_who_joins_comes_into_view_and_is_seen_ringing():
    floor = Floor(SALES)
    floor.change({"callers": [caller("1", "6500", ringing=("PJSIP/1002",))]})
    assert floor.view.shown["callers"]["1"]["ringing"] == []
    told, gone = floor.change({"members": [member("6500", "PJSIP/1002")]})
    assert told == {"members": ["6500/PJSIP/1002"], "agents": ["PJSIP/1002"], "callers": ["1"]}
    assert gone == {}
    assert floor.view.shown["callers"]["1"]["ringing"] == ["PJSIP/1002"]
    assert floor.view.shown["agents"]["PJSIP/1002"] == agent("PJSIP/1002")


def test_an_agent_who_leaves_the_last_of_a_teams_queues_goes_out_of_view():
    floor = Floor(SALES)
    told, gone = floor.change(removed={"members": ["6500/PJSIP/1001"]})
    assert told == {"callers": ["1"]}
    assert gone == {"members": ["6500/PJSIP/1001"], "agents": ["PJSIP/1001"]}
    assert floor.view.shown["callers"]["1"]["ringing"] == ["PJSIP/1000"]


def test_an_agent_logged_out_of_the_last_of_a_teams_queues_stays_to_be_logged_in_again():
    floor = Floor(SALES)
    changed = {"agents": [agent("PJSIP/1001", "6501", "Mallory", left=("6500", "6502"))]}
    told, gone = floor.change(changed, removed={"members": ["6500/PJSIP/1001"]})
    assert (told, gone) == ({"agents": ["PJSIP/1001"]}, {"members": ["6500/PJSIP/1001"]})
    assert floor.view.shown["agents"]["PJSIP/1001"] == agent("PJSIP/1001", left=("6500",))
    _told, gone = floor.change({"agents": [agent("PJSIP/1001")]})
    assert gone == {"agents": ["PJSIP/1001"]}


def test_an_agent_who_leaves_one_of_two_watched_queues_stays():
    two = Q | {("main", "6501")}
    floor = Floor(Scope(everything=False, interfaces=frozenset(), watched=two))
    assert floor.change(removed={"members": ["6500/PJSIP/1001"]}) == ({}, {"members": ["6500/PJSIP/1001"]})


def test_a_queue_of_the_team_that_appears_is_told_and_one_that_goes_is_taken_away():
    floor = Floor(SALES)
    assert floor.change(removed={"queues": ["6500", "6501"]}) == ({}, {"queues": ["6500"]})
    assert floor.change({"queues": [queue("6500"), queue("6501")]}) == ({"queues": ["6500"]}, {})


# --- any story, for anybody ------------------------------------------------------------------------------------


def allowed(scope: Scope, tables: dict) -> dict:
    """The rules, written down anew and as plainly as they can be: what this person may see of PBX "main"."""
    own = {interface for pbx, interface in scope.interfaces if pbx == "main"}
    watched = {number for pbx, number in scope.watched if pbx == "main"}
    members = tables["members"].values()
    own_queues = {row["queue"] for row in members if row["interface"] in own}
    left = {row["interface"] for row in tables["agents"].values() if watched & set(row["left_queues"])}
    owing = own_queues.union(*(row["left_queues"] for row in tables["agents"].values() if row["interface"] in own))
    seen = own | left | {row["interface"] for row in members if row["queue"] in watched}

    def is_seen_caller(row: dict) -> bool:
        is_in_own_line = row["state"] == "waiting" and row["queue"] in own_queues
        return row["queue"] in watched or row["agent_interface"] in own or is_in_own_line

    elsewhere = {row["number"] for row in tables["callers"].values() if not is_seen_caller(row)} - {""}

    def shown_agent(row: dict) -> dict:
        if row["interface"] in own:
            return row
        theirs = tuple(number for number in row["left_queues"] if number in watched)
        if row["queue"] not in watched and (row["queue"] or row["party_number"] in elsewhere):
            return agent(row["interface"], left=theirs)
        return {**row, "left_queues": list(theirs)}

    def cut(row: dict) -> dict:
        return {**row, "ringing": [interface for interface in row["ringing"] if interface in seen]}

    def is_told_incident(row: dict) -> bool:
        if row["interface"]:
            return row["interface"] in seen
        return row["queue"] in watched or bool(watched and not row["queue"])

    def some(table: str, is_seen) -> list[dict]:
        return [row for row in tables[table].values() if is_seen(row)]

    return keyed(
        links=some("links", lambda row: bool(own or watched)),
        queues=some("queues", lambda row: row["number"] in watched | own_queues),
        members=some("members", lambda row: row["queue"] in watched or row["interface"] in own),
        callers=[cut(row) for row in some("callers", is_seen_caller)],
        agents=[shown_agent(row) for row in some("agents", lambda row: row["interface"] in seen)],
        owed=some("owed", lambda row: row["queue"] in watched | owing),
        incidents=some("incidents", is_told_incident),
    )


def strings(value: object) -> Iterable[str]:
    """All texts anywhere in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (*strings(key), *strings(part))
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


phones = st.sampled_from(["PJSIP/1000", "PJSIP/1001", "PJSIP/1002"])
numbers = st.sampled_from(["6500", "6501", "6502"])
uniqueids = st.sampled_from([f"17.{number}" for number in range(5)])
parties = st.sampled_from(["", "0301", "0302"])
lefts = st.lists(numbers, max_size=2, unique=True).map(tuple)
states = st.sampled_from(["waiting", "connecting", "talking"])
rows = st.one_of(
    st.tuples(st.just("links"), st.just({"key": "main", "pbx": "main"})),
    st.tuples(st.just("members"), st.builds(member, numbers, phones)),
    st.tuples(st.just("queues"), st.builds(queue, numbers)),
    st.tuples(st.just("owed"), st.builds(owed, numbers, st.sampled_from(["0301", "0302"]))),
    st.tuples(st.just("incidents"), st.builds(incident, st.just("rule:1"), st.just("") | numbers)),
    st.tuples(st.just("incidents"), st.builds(incident, st.just("limit:talk"), st.just(""), phones)),
    st.tuples(st.just("agents"), st.builds(agent, phones, st.just("") | numbers, parties, lefts)),
    st.tuples(
        st.just("callers"),
        st.builds(caller, uniqueids, numbers, states, st.just("") | phones, st.lists(phones, max_size=3, unique=True)),
    ),
)
deltas = st.lists(st.tuples(st.booleans(), rows), max_size=6)
here_or_there = st.sampled_from(["main", "main", "branch"])
scopes = st.builds(
    lambda own, watched, supervised: Scope(False, own, (), False, watched | supervised, supervised),
    st.frozensets(st.tuples(here_or_there, phones), max_size=2),
    st.frozensets(st.tuples(here_or_there, numbers), max_size=2),
    st.frozensets(st.tuples(here_or_there, numbers), max_size=1),
)


@given(scopes, st.lists(rows, max_size=25), st.lists(deltas, max_size=10))
def test_following_deltas_shows_the_same_as_looking_anew_and_only_what_is_allowed(scope, first, stream):
    tables = keyed()
    for table, row in first:
        tables[table][row["key"]] = row
    view = View(scope, "main", tables)
    browser = copied(view.shown)
    assert browser == allowed(scope, tables)
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
        known = set(strings(browser))
        shown, hidden = view.update(told, gone, tables)
        for table, changed in shown.items():
            browser[table].update((row["key"], row) for row in changed)
        for table, left in hidden.items():
            for key in left:
                del browser[table][key]
        assert browser == view.shown == View(scope, "main", tables).shown == allowed(scope, tables)
        # A frame names only what is in view after it, or was before.
        assert set(strings(shown)) | set(strings(hidden)) <= known | set(strings(browser))
