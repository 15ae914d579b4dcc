"""Alert rules: which conditions make one, and what every figure they may speak of is."""

import pytest

from queues.live.gauges import figure_of
from queues.live.presence import Crew, Presence
from queues.live.rules import NotARule, Watched, conditions_of
from queues.live.state import QueueRow
from tests.support.told import after
from tests.support.wished import rule

ROW = QueueRow(
    pbx="pbx",
    number="6500",
    name="Sales",
    waiting=4,
    oldest_joined_at=after(0),
    today_offered=20,
    today_answered=10,
    today_abandoned=4,
    today_flowed_out=2,
    today_wait_seconds=150,
    today_service_level=62.5,
    staff_needed=5,
    staff_present=3,
)
EXPECTED = {
    "waiting": 4,
    "longest_wait": 30,
    "service_level": 62.5,
    "abandoned_percent": 25,
    "free_agents": 2,
    "callers_per_free_agent": 2,
    "logged_in": 6,
    "ready": 3,
    "offered": 20,
    "answered": 10,
    "abandoned": 4,
    "average_wait": 15,
    "staff_short": 2,
}


def test_every_figure_but_the_links_is_read_off_a_queue():
    crew = Crew(logged_in=6, ready=3, free=2)
    assert {figure: figure_of(figure, ROW, crew, after(30)) for figure in EXPECTED} == EXPECTED
    assert set(Watched) - set(EXPECTED) == {"link_down"}


def test_nothing_divided_by_nothing_is_nothing():
    row = QueueRow(pbx="pbx", number="6500", name="Sales")
    told = {figure: figure_of(figure, row, Crew(), after(30)) for figure in EXPECTED}
    assert {figure for figure, value in told.items() if value is None} == {
        "service_level",
        "abandoned_percent",
        "average_wait",
        "staff_short",
    }
    assert {value for value in told.values() if value is not None} == {0}


def test_callers_without_a_free_agent_are_more_than_any_number():
    assert figure_of("callers_per_free_agent", ROW, Crew(3, 3, 0), after(30)) > 1e9


def test_a_clock_put_back_makes_no_wait_negative():
    assert figure_of("longest_wait", ROW, Crew(), after(-5)) == 0


@pytest.mark.parametrize(
    ("word", "holding"),
    [(">", {3}), (">=", {2, 3}), ("<", {1}), ("<=", {1, 2}), ("=", {2}), ("!=", {1, 3})],
)
def test_operators_compare(word, holding):
    (condition,) = rule(f"waiting {word} 2").conditions
    assert {value for value in (1, 2, 3, None) if condition.holds(value)} == holding


def test_which_queues_a_rule_is_about():
    assert rule("waiting > 1").is_about("6500")
    assert not rule("waiting > 1", queues=frozenset({"6501"})).is_about("6500")
    assert not rule("link_down > 1").is_about("6500")


GOOD = {"figure": "waiting", "operator": ">", "value": 3}


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        ["waiting > 3"],
        [GOOD | {"figure": "weather"}],
        [GOOD | {"figure": None}],
        [GOOD | {"operator": "~"}],
        [GOOD | {"operator": []}],
        [GOOD | {"value": "many"}],
        [GOOD | {"value": float("nan")}],
        [GOOD | {"value": float("inf")}],
        [GOOD | {"value": 10**400}],
        [GOOD | {"value": 1e9}],
        [{"figure": "waiting", "operator": ">"}],
        [GOOD, {"figure": "link_down", "operator": ">", "value": 3}],
    ],
)
def test_what_makes_no_rule_is_refused(told):
    with pytest.raises(NotARule):
        conditions_of(told)


def test_a_rule_may_have_many_conditions():
    assert len(conditions_of([GOOD, GOOD | {"figure": "free_agents", "operator": "="}])) == 2


# --- who is there ----------------------------------------------------------------------------------------------


def test_crews_are_counted_along():
    presence = Presence()
    assert presence.tell("PJSIP/1", {"6500": Crew(1, 1, 1), "6501": Crew(1, 0, 0)}) == {"6500", "6501"}
    assert presence.tell("PJSIP/2", {"6500": Crew(1, 1, 0)}) == {"6500"}
    assert presence.tell("PJSIP/2", {"6500": Crew(1, 1, 0)}) == set()
    assert presence.crew("6500") == Crew(2, 2, 1)
    assert presence.tell("PJSIP/1", {"6501": Crew(1, 1, 1)}) == {"6500", "6501"}
    assert (presence.crew("6500"), presence.crew("6501")) == (Crew(1, 1, 0), Crew(1, 1, 1))
    assert presence.tell("PJSIP/2", {}) == {"6500"}
    assert presence.crew("6500") == presence.crew("none") == Crew()
