"""Limits: which are in force, what breaks them, and how long an agent may stay in a state."""

import pytest

from agents.states import AgentState
from queues.live.concerns import Severity
from queues.live.limits import Limit, Stay, is_watched, of_queue, of_stay, severity_of, words
from tests.support.told import after, member, queue, snapshot
from tests.support.wished import QUIET, Judged

AT = after(0)


def in_force(wanted, number="6500", target=20, percent=80):
    return of_queue(wanted, number, target, percent)


def test_without_a_word_the_promise_is_the_limit():
    assert in_force({}) == (("longest_wait", 14, 20), ("service_level", 80, 60))
    assert in_force({}, target=60, percent=10) == (("longest_wait", 42, 60), ("service_level", 10, 0))


def test_a_queues_own_limit_comes_before_that_of_all():
    wanted = {("", "waiting"): Limit(None, 10), ("6500", "waiting"): Limit(2, 5), ("", "longest_wait"): Limit(30, 60)}
    assert in_force(wanted)[:2] == (("waiting", 2, 5), ("longest_wait", 30, 60))
    assert in_force(wanted, "6501")[0] == ("waiting", 7, 10)


def test_a_queue_may_be_without_limits():
    never = {("6500", figure): Limit() for figure in ("longest_wait", "service_level")}
    assert in_force(never) == ()
    assert in_force({("6500", "longest_wait"): Limit(10, None)})[0] == ("longest_wait", 10, None)


def test_amber_comes_first_of_too_much_and_of_too_little():
    wanted = {("", figure): Limit(None, 7) for figure in ("waiting", "free_agents", "abandoned_percent")}
    assert {figure: amber for figure, amber, _red in in_force(wanted)} == {
        "waiting": 4.9,
        "longest_wait": 14,
        "service_level": 80,
        "free_agents": 10,
        "abandoned_percent": 4.9,
    }
    assert in_force({("", "service_level"): Limit(None, 90)})[1] == ("service_level", 100, 90)


@pytest.mark.parametrize(
    ("figure", "value", "severity"),
    [
        ("waiting", 2, None),
        ("waiting", 3, Severity.AMBER),
        ("waiting", 5, Severity.AMBER),
        ("waiting", 6, Severity.RED),
        ("waiting", None, None),
        ("free_agents", 5, None),
        ("free_agents", 4, Severity.AMBER),
        ("free_agents", 1, Severity.RED),
    ],
)
def test_too_much_is_above_its_limit_and_too_little_below(figure, value, severity):
    amber, red = (2, 5) if figure == "waiting" else (5, 2)
    assert severity_of(figure, value, amber, red) is severity
    assert severity_of(figure, value, None, None) is None


@pytest.mark.parametrize(
    ("figure", "limit", "said"),
    [
        ("waiting", 5, "More than 5 callers wait"),
        ("longest_wait", 20, "A caller has waited for more than 20 s"),
        ("service_level", 62.5, "Service level below 62.5 %"),
        ("talk", 90, "On a call for more than 1 min 30 s"),
        ("pause_over", 1800, "On a pause for more than 30 min"),
        ("ringing", 0, "Rung without an answer for more than 0 s"),
    ],
)
def test_a_broken_limit_is_said_in_words(figure, limit, said):
    assert words(figure, limit) == said


# --- agents ----------------------------------------------------------------------------------------------------


def stay(state, wanted=None, **told):
    return of_stay(wanted or {}, {"Lunch": 30}, state, AT, **told)


def test_a_pause_may_take_its_budget():
    assert stay(AgentState.PAUSED, pause_reason="Lunch") == Stay(
        "pause_over", AT, after(1260), after(1800), seconds=1800
    )
    assert stay(AgentState.PAUSED, pause_reason="Mail") is None


def test_people_may_give_pauses_some_more():
    more = {("", "pause_over"): Limit(60, 300)}
    given = stay(AgentState.PAUSED, more, pause_reason="Lunch")
    assert (given.amber_at, given.red_at, given.seconds) == (after(1860), after(2100), 2100)


def test_calls_may_take_as_long_as_they_take_unless_people_say_otherwise():
    for state in (AgentState.ON_CALL, AgentState.OTHER_CALL):
        assert stay(state) is None
        assert stay(state, {("", "talk"): Limit(600, None)}) == Stay("talk", AT, after(600), None, None)


def test_a_phone_in_use_without_a_channel_is_stuck_from_then_on():
    given = stay(AgentState.OTHER_CALL, stuck_since=after(50))
    assert (given.figure, given.amber_at, given.red_at) == ("stuck", after(260), after(350))


def test_a_phone_may_ring_for_half_a_minute():
    assert stay(AgentState.RINGING).red_at == after(30)
    assert stay(AgentState.RINGING, {("", "ringing"): Limit()}) is None


@pytest.mark.parametrize("state", [AgentState.AVAILABLE, AgentState.WRAP_UP, AgentState.LOGGED_OUT])
def test_other_states_may_last(state):
    assert stay(state) is None


def test_no_limit_is_beyond_what_time_can_hold():
    assert stay(AgentState.RINGING, {("", "ringing"): Limit(-5, 1e300)}).amber_at == AT


def test_which_limits_are_watched_at_all():
    assert is_watched({}, {}, "ringing")
    assert not is_watched({}, {}, "talk")
    assert not is_watched({}, {}, "pause_over")
    assert is_watched({}, {"Lunch": 30}, "pause_over")
    assert not is_watched({("", "ringing"): Limit()}, {}, "ringing")


# --- on the board ----------------------------------------------------------------------------------------------


def test_limits_stand_on_the_queues_row_and_change_with_the_wish():
    story = Judged(limits={})
    assert story.board.queues["6500"].limits == (("longest_wait", 14, 20), ("service_level", 80, 60))
    story.wish(5, limits={("6500", "longest_wait"): Limit(None, 60), ("", "service_level"): Limit()})
    assert story.board.queues["6500"].limits == (("longest_wait", 42, 60),)


def test_the_agents_row_says_when_a_stay_is_too_long_and_forgets_it_with_the_state():
    story = Judged(limits=QUIET | {("", "ringing"): Limit(None, 10)})
    story.event(5, member("PJSIP/1", kind="event", device_state=6))
    assert story.board.agents["PJSIP/1"].red_at == after(15)
    story.event(8, member("PJSIP/1", kind="event", device_state=1))
    assert (story.board.agents["PJSIP/1"].amber_at, story.board.agents["PJSIP/1"].red_at) == (None, None)


def test_a_device_that_tells_the_end_of_a_call_late_is_not_stuck_since_its_beginning():
    story = Judged(limits=QUIET | {("", "stuck"): Limit(None, 100)})
    story.poll(1, snapshot(queues=[queue()], members=[member("PJSIP/1", device_state=2)]))
    story.poll(500, snapshot(queues=[queue()], members=[member("PJSIP/1", device_state=2)]))
    assert story.board.agents["PJSIP/1"].red_at == after(101)
    story.board.memory.sees_channels = False
    story.event(510, member("PJSIP/1", kind="event", device_state=8))
    assert story.board.agents["PJSIP/1"].red_at is None
