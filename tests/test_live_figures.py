"""What a call counts for, and the percentages and means made of it: by hand, and whatever the calls."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.live.figures import (
    LONGEST_SECONDS,
    Fate,
    Figures,
    Terms,
    caller_of,
    fact_of,
    figures_of,
    longest_wait,
    share_of,
)
from queues.live.state import CallOutcome
from queues.models import FORMULA_CHOICES
from tests.support.queue_calls import BEGIN, call

COMPLETED, ABANDONED, LOST = CallOutcome.COMPLETED, CallOutcome.ABANDONED, CallOutcome.LOST
TIMED_OUT, REDIRECTED, EXITED = CallOutcome.TIMED_OUT, CallOutcome.REDIRECTED, CallOutcome.EXITED
FORMULAS = [letter for letter, _ in FORMULA_CHOICES]

#: Of ten callers: four answered in 20 s, one later; two short abandons, one in time, one late; one timed out.
MORNING = [
    call(COMPLETED, 0, 60),
    call(COMPLETED, 10, 120),
    call(COMPLETED, 20, 30),
    call(wait=5, answered=True),
    call(COMPLETED, 21, 90),
    call(ABANDONED, 0),
    call(ABANDONED, 4),
    call(ABANDONED, 5),
    call(ABANDONED, 40),
    call(TIMED_OUT, 60),
]
DOUBTFUL = [call(), call(wait=3), call(LOST, 30)]


def figures(calls, **terms):
    return figures_of(map(fact_of, calls), Terms(**terms))


def levels(calls, **terms):
    return {letter: figures(calls, **terms).service_level(letter) for letter in FORMULAS}


@pytest.mark.parametrize(
    ("told", "fate", "wait", "talk"),
    [
        (call(), Fate.WAITING, None, None),
        (call(wait=7), Fate.WAITING, None, None),
        (call(wait=7, answered=True), Fate.ANSWERED, 7, None),
        (call(COMPLETED, 7, 30), Fate.ANSWERED, 7, 30),
        (call(COMPLETED, 7), Fate.ANSWERED, 7, None),
        (call(LOST, 7, answered=True), Fate.ANSWERED, 7, None),
        (call(COMPLETED, 7, 30, answered=False), Fate.ANSWERED, 7, 30),
        (call(ABANDONED, 7), Fate.ABANDONED, 7, None),
        (call(TIMED_OUT, 7), Fate.FLOWED_OUT, 7, None),
        (call(REDIRECTED, 7), Fate.FLOWED_OUT, 7, None),
        (call(EXITED, 7), Fate.FLOWED_OUT, 7, None),
        (call(LOST, 7), Fate.LOST, None, None),
    ],
)
def test_a_call_has_one_fate_with_the_wait_and_talk_that_are_known(told, fate, wait, talk):
    fact = fact_of(told)
    assert (fact.fate, fact.wait_seconds, fact.talk_seconds) == (fate, wait, talk)


@pytest.mark.parametrize("outcome", CallOutcome)
def test_every_outcome_is_counted_in_exactly_one_column(outcome):
    share = share_of(fact_of(call(outcome, 10)), Terms())
    assert share.answered + share.abandoned + share.flowed_out + share.lost == 1 == share.offered
    assert share.waiting == 0


def test_where_the_pbx_told_no_wait_our_own_clock_does():
    late = replace(call(wait=9, answered=True), hold_seconds=None)
    gone = replace(call(ABANDONED, 12), hold_seconds=None)
    assert [fact_of(c).wait_seconds for c in (late, gone)] == [9, 12]


def test_seconds_beyond_reason_are_bounded():
    fact = fact_of(replace(call(COMPLETED, 5, 5), hold_seconds=2**62, talk_seconds=-3))
    assert (fact.wait_seconds, fact.talk_seconds) == (LONGEST_SECONDS, 0)


def test_an_ordinary_morning_by_hand():
    morning = figures(MORNING)
    assert morning == Figures(
        offered=10,
        answered=5,
        in_time=4,
        abandoned=4,
        short_abandoned=2,
        abandoned_in_time=3,
        flowed_out=1,
        lost=0,
        wait_seconds=56,
        talk_seconds=300,
        talked=4,
    )
    assert (morning.decided, morning.waiting) == (10, 0)
    assert morning.average_speed == 56 / 5
    assert morning.average_talk == 75
    assert morning.abandon_rate == 40
    assert longest_wait(map(fact_of, MORNING)) == 60
    assert levels(MORNING) == {"a": 50.0, "b": 80.0, "c": 44.4, "d": 57.1, "e": 77.8}


def test_nothing_that_happened_is_no_percentage():
    nothing = figures([])
    assert set(levels([]).values()) == {None}
    assert (nothing.average_speed, nothing.average_talk, nothing.abandon_rate) == (None, None, None)
    assert longest_wait([]) == 0


def test_only_short_abandons_are_no_percentage_where_they_do_not_count():
    assert levels([call(ABANDONED, 1)] * 3) == {"a": None, "b": None, "c": 0.0, "d": None, "e": 100.0}


def test_where_everybody_times_out_no_formula_says_all_is_well():
    assert levels([call(TIMED_OUT, 60)] * 5) == {"a": 0.0, "b": None, "c": None, "d": 0.0, "e": None}


def test_where_the_pbx_calls_everybody_abandoned_the_formulas_read_as_it_does():
    """Asterisk counts time-outs as abandoned: its ServicelevelPerf is our b, its ServicelevelPerf2 our e."""
    assert levels([call(ABANDONED, 10)] * 5) == {"a": 0.0, "b": None, "c": 0.0, "d": None, "e": 100.0}


@pytest.mark.parametrize("letter", FORMULAS)
def test_who_waits_and_who_was_lost_does_not_move_the_service_level(letter):
    assert figures(MORNING + DOUBTFUL).service_level(letter) == figures(MORNING).service_level(letter)
    assert figures(MORNING + DOUBTFUL).offered == 13
    assert figures(MORNING + DOUBTFUL).waiting == 2


@pytest.mark.parametrize(
    ("terms", "in_time", "short", "abandoned_in_time"),
    [
        ({}, 4, 2, 3),
        ({"target_seconds": 19}, 3, 2, 3),
        ({"target_seconds": 21}, 5, 2, 3),
        ({"target_seconds": 4}, 1, 2, 2),
        ({"short_seconds": 0}, 4, 0, 3),
        ({"short_seconds": 4}, 4, 1, 3),
        ({"short_seconds": 6}, 4, 3, 3),
    ],
)
def test_the_target_itself_is_in_time_and_the_short_limit_itself_is_not_short(terms, in_time, short, abandoned_in_time):
    morning = figures(MORNING, **terms)
    assert (morning.in_time, morning.short_abandoned, morning.abandoned_in_time) == (in_time, short, abandoned_in_time)


CALLS = st.builds(
    call,
    st.none() | st.sampled_from(CallOutcome),
    st.integers(0, 90),
    st.none() | st.integers(0, 600),
    answered=st.none() | st.booleans(),
    at=st.integers(0, 80_000),
)
TERMS = st.builds(Terms, st.integers(1, 60), st.sampled_from(FORMULAS), st.integers(0, 30))


@given(calls=st.lists(CALLS, max_size=30), terms=TERMS, letter=st.sampled_from(FORMULAS))
def test_the_whole_is_the_sum_of_its_parts_and_every_part_is_in_or_out(calls, terms, letter):
    facts = [fact_of(c) for c in calls]
    whole = figures_of(facts, terms)
    shares = [share_of(fact, terms) for fact in facts]
    parts = [share.level(letter) for share in shares]

    assert all(part in ((0, 0), (0, 1), (1, 1)) for part in parts)
    assert whole.level(letter) == (sum(n for n, _ in parts), sum(d for _, d in parts))
    assert whole.offered == whole.decided + whole.lost + whole.waiting == len(calls)
    level = whole.service_level(letter)
    assert level is None if not whole.level(letter)[1] else 0 <= level <= 100
    assert whole - figures_of(facts[:7], terms) == figures_of(facts[7:], terms)


@given(calls=st.lists(CALLS, max_size=12), terms=TERMS, data=st.data())
def test_the_order_of_calls_does_not_matter(calls, terms, data):
    facts = [fact_of(c) for c in calls]
    assert figures_of(data.draw(st.permutations(facts)), terms) == figures_of(facts, terms)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+49 (30) 123-45", "004930123 45"),
        ("+4930123", "4930123"),
        ("sip:+4930123@10.0.0.1", "004930123"),
        ("030 123", "030123"),
        ("1000", "1000"),
    ],
)
def test_a_number_written_in_another_way_is_the_same_caller(one, other):
    assert caller_of(one) == caller_of(other) != ""


@pytest.mark.parametrize("number", ["", "anonymous", "Unknown", "<withheld>", "unavailable@10.0.0.1", "٣٤"])
def test_nobody_known_is_nobody(number):
    assert caller_of(number) == ""


def test_other_numbers_are_other_callers():
    numbers = ["030123", "30123", "0030123", "+1030123", "0301234"]
    assert len({caller_of(number) for number in numbers}) == 4
    assert caller_of("0030123") == caller_of("+30123")


def test_a_fact_remembers_when_it_began_and_who_took_it():
    fact = fact_of(call(COMPLETED, 4, 10, agent="PJSIP/1000"))
    assert (fact.joined_at, fact.ended_at, fact.agent) == (BEGIN, BEGIN + timedelta(seconds=14), "PJSIP/1000")
    assert fact_of(call(ABANDONED, 4, agent="PJSIP/1000")).agent == ""
