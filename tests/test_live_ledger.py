"""The ledger of the day: right in whatever order calls are told, over midnight, over a change of the clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.live.figures import Terms, fact_of, figures_of, longest_wait
from queues.live.ledger import TRIES_LIMIT, Ledger, Shift, day_of
from queues.live.state import CallOutcome
from tests.support.queue_calls import BEGIN, call

COMPLETED, ABANDONED, REDIRECTED = CallOutcome.COMPLETED, CallOutcome.ABANDONED, CallOutcome.REDIRECTED
BERLIN = ZoneInfo("Europe/Berlin")
#: Zones that shift by an hour or half of one, at midnight, back over midnight, by a whole day; and one that does not.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Kolkata",
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


# --- which day it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "hour", "since", "until"),
    [
        # An ordinary day in winter, and the very instant it begins.
        (utc(2026, 11, 23, 9), 0, utc(2026, 11, 22, 23), utc(2026, 11, 23, 23)),
        (utc(2026, 11, 22, 23), 0, utc(2026, 11, 22, 23), utc(2026, 11, 23, 23)),
        (utc(2026, 11, 22, 22, 59, 59), 0, utc(2026, 11, 21, 23), utc(2026, 11, 22, 23)),
        (utc(2026, 11, 23, 4), 6, utc(2026, 11, 22, 5), utc(2026, 11, 23, 5)),
        # 2026-03-29 has 23 hours: 02:00 becomes 03:00.
        (utc(2026, 3, 29, 12), 0, utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
        (utc(2026, 3, 29, 12), 2, utc(2026, 3, 29, 1), utc(2026, 3, 30, 0)),
        (utc(2026, 3, 29, 0, 59), 2, utc(2026, 3, 28, 1), utc(2026, 3, 29, 1)),
        # 2026-10-25 has 25 hours: 03:00 becomes 02:00, so two o'clock is struck twice and counts the first time.
        (utc(2026, 10, 25, 12), 0, utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
        (utc(2026, 10, 25, 0, 30), 2, utc(2026, 10, 25, 0), utc(2026, 10, 26, 1)),
        (utc(2026, 10, 25, 1, 30), 2, utc(2026, 10, 25, 0), utc(2026, 10, 26, 1)),
    ],
)
def test_a_day_lasts_from_one_strike_of_its_hour_to_the_next(at, hour, since, until):
    assert day_of(at, hour, BERLIN) == (since, until)


@given(
    st.integers(0, 23 * 366 * 96).map(lambda quarters: utc(2005, 1, 1) + timedelta(minutes=15 * quarters)),
    st.integers(0, 23),
    st.sampled_from(ZONES).map(ZoneInfo),
)
@settings(max_examples=400)
def test_days_follow_each_other_without_gap_or_overlap(at, hour, zone):
    since, until = day_of(at, hour, zone)

    assert since <= at < until
    assert day_of(since, hour, zone) == day_of(until - timedelta(microseconds=1), hour, zone) == (since, until)
    assert day_of(until, hour, zone)[0] == until
    assert until - since <= timedelta(hours=48)


@given(st.integers(0, 366 * 24 * 4), st.integers(0, 23))
@settings(max_examples=400)
def test_over_a_change_of_the_clocks_a_day_has_23_24_or_25_hours_and_begins_at_its_hour(quarters, hour):
    since, until = day_of(utc(2026, 1, 1) + timedelta(minutes=15 * quarters), hour, BERLIN)

    assert (until - since).total_seconds() / 3600 in (23, 24, 25)
    struck = since.astimezone(BERLIN)
    is_skipped = hour == 2 and (struck.month, struck.day) == (3, 29)
    assert struck.time() == time(3 if is_skipped else hour)


# --- what is counted -------------------------------------------------------------------------------------------


def told(ledger, *calls, at=BEGIN):
    for one in calls:
        ledger.put(one, at)
    return ledger


def lives(uniqueid, at, queue, number, agent, outcome, wait, talk):
    """What is told of one call, from joining to the last correction."""
    who = {"at": at, "uniqueid": uniqueid, "queue": queue, "number": number}
    base = call(**who)
    if outcome is COMPLETED:
        ended = call(outcome, wait, talk, agent=agent, **who)
        return [base, call(wait=wait, answered=True, agent=agent, **who), ended, replace(ended, talk_seconds=talk + 1)]
    ended = replace(base, outcome=outcome, hold_seconds=wait, ended_at=base.joined_at + timedelta(seconds=wait))
    return [base, ended, replace(ended, outcome=REDIRECTED)]


LIVES = st.builds(
    lives,
    st.sampled_from([f"1.{n}" for n in range(40)]),
    # Before the day, in it, and in the next one.
    st.integers(-40_000, 60_000),
    st.sampled_from(["6500", "6501"]),
    st.sampled_from(["030", "+4930", "004930", "", "anonymous"]),
    st.sampled_from(["PJSIP/1000", "PJSIP/1001"]),
    st.sampled_from(CallOutcome),
    st.integers(0, 60),
    st.integers(0, 300),
)


@given(
    stories=st.lists(LIVES, max_size=8, unique_by=lambda life: (life[0].uniqueid, life[0].queue)),
    dice=st.randoms(use_true_random=False),
    turns_after=st.integers(0, 20),
)
@settings(max_examples=60, deadline=None)
def test_told_in_any_order_and_any_number_of_times_the_day_is_the_sum_of_its_calls(stories, dice, turns_after):
    """Of one call, what is told last counts; of several calls the order is nothing. The day turns in between."""
    stories = [life[: dice.randint(1, len(life))] for life in stories]
    pending = [list(life) for life in stories]
    order = [life for life in pending for _ in life]
    dice.shuffle(order)
    ledger, at = Ledger(), BEGIN
    for n, life in enumerate(order):
        if n == turns_after:
            at = BEGIN + timedelta(hours=15, seconds=1)
            for queue in ledger.struck(at):
                ledger.day(queue, at)
        for _ in range(dice.randint(1, 2)):
            ledger.put(life[0], at)
        life.pop(0)
    final = [life[-1] for life in stories]

    for queue in ("6500", "6501"):
        day = ledger.day(queue, at)
        facts = [fact_of(c) for c in final if c.queue == queue and c.joined_at >= day.since]
        assert day.since == BEGIN.replace(hour=0) + timedelta(days=at > BEGIN + timedelta(hours=15))
        assert day.figures == figures_of(facts, day.terms)
        assert day.longest_wait == longest_wait(facts)
    counted = [fact_of(c) for c in final if c.joined_at >= ledger.day(c.queue, at).since]
    for agent in ("PJSIP/1000", "PJSIP/1001"):
        taken = [fact for fact in counted if fact.agent == agent]
        shift = ledger.shifts.get(agent, Shift())
        assert (shift.calls, shift.talk_seconds) == (len(taken), sum(fact.talk_seconds or 0 for fact in taken))


def test_a_better_outcome_moves_the_call_from_one_count_to_the_other():
    ended = call(ABANDONED, 8)
    ledger = told(Ledger(), ended)
    before = ledger.day("6500", BEGIN).figures
    told(ledger, replace(ended, outcome=REDIRECTED))
    after = ledger.day("6500", BEGIN).figures

    assert (before.offered, before.abandoned, before.flowed_out) == (1, 1, 0)
    assert (after.offered, after.abandoned, after.flowed_out) == (1, 0, 1)


def test_the_longest_wait_follows_a_correction_down():
    ledger = told(Ledger(), call(ABANDONED, 30, uniqueid="1.1"), call(ABANDONED, 50, uniqueid="1.2"))
    assert ledger.day("6500", BEGIN).longest_wait == 50
    told(ledger, call(ABANDONED, 20, uniqueid="1.2"))
    assert ledger.day("6500", BEGIN).longest_wait == 30


def test_a_caller_who_waits_over_midnight_stays_of_the_day_they_joined():
    late = call(at=utc(2026, 11, 23, 23, 59, 50), number="030")
    ledger = told(Ledger(), late, at=late.joined_at)
    midnight = utc(2026, 11, 24)
    assert ledger.struck(midnight - timedelta(seconds=1)) == []
    assert ledger.struck(midnight) == ["6500"]
    answered = replace(late, answered_at=midnight, hold_seconds=10, agent_interface="PJSIP/1000")
    told(ledger, answered, at=midnight)

    day = ledger.day("6500", midnight)
    assert (day.since, day.figures.offered, day.facts) == (midnight, 0, {})
    assert ledger.shifts == {}
    assert ledger.tries(call(at=midnight, uniqueid="2.1", number="030")) == 0


def test_an_event_worked_off_after_the_strike_does_not_bring_yesterday_back():
    midnight = utc(2026, 11, 24)
    ledger = told(Ledger(), call(at=midnight), at=midnight)
    late = midnight - timedelta(milliseconds=300)
    told(ledger, call(at=late, uniqueid="1.0"), at=late)

    assert ledger.day("6500", late).since == midnight
    assert ledger.day("6500", midnight).figures.offered == 1


def test_an_agent_of_two_queues_counts_each_call_once():
    ledger = told(
        Ledger(),
        call(COMPLETED, 1, 60, uniqueid="1.1", agent="PJSIP/1000"),
        call(COMPLETED, 1, 30, uniqueid="1.2", queue="6501", agent="PJSIP/1000", at=100),
        call(wait=2, answered=True, uniqueid="1.3", agent="PJSIP/1000", at=200),
    )
    assert ledger.shifts["PJSIP/1000"] == Shift(3, 90, BEGIN + timedelta(seconds=131))


def test_an_agent_who_hands_a_call_over_to_another_did_not_take_it():
    talking = call(wait=2, answered=True, agent="PJSIP/1000")
    ledger = told(Ledger(), talking, replace(talking, agent_interface="PJSIP/1001"))

    assert [ledger.shifts[agent].calls for agent in ("PJSIP/1000", "PJSIP/1001")] == [0, 1]
    assert ledger.changed == {"PJSIP/1000", "PJSIP/1001"}


def test_other_terms_count_all_of_the_day_anew():
    ledger = told(Ledger(), call(COMPLETED, 25, 10, uniqueid="1.1"), call(ABANDONED, 7, uniqueid="1.2"))
    day = ledger.day("6500", BEGIN)
    assert (day.figures.in_time, day.figures.short_abandoned) == (0, 0)
    day.agree(Terms(target_seconds=30, formula="c", short_seconds=10))
    assert (day.figures.in_time, day.figures.short_abandoned) == (1, 1)


# --- what others know ------------------------------------------------------------------------------------------


def test_an_earlier_reset_hour_asks_for_the_calls_before_and_a_later_one_forgets_them():
    ledger = Ledger()
    ledger.set_clock(UTC, {"6500": 8}, BEGIN)
    told(ledger, call(at=-1800, uniqueid="1.1"), call(at=-7200, uniqueid="1.0"))
    ledger.fill([], ledger.lacking(), BEGIN)
    assert ledger.day("6500", BEGIN).figures.offered == 1

    ledger.set_clock(UTC, {"6500": 6}, BEGIN)
    assert ledger.lacking() == {"6500": utc(2026, 11, 23, 6)}
    ledger.fill([call(at=-7200, uniqueid="1.0")], ledger.lacking(), BEGIN)
    assert (ledger.day("6500", BEGIN).figures.offered, ledger.lacking()) == (2, {})

    ledger.set_clock(UTC, {"6500": 9}, BEGIN)
    assert (ledger.day("6500", BEGIN).figures.offered, ledger.lacking()) == (0, {})


def test_what_is_known_here_is_not_put_back_by_what_was_saved_before():
    ended = call(COMPLETED, 4, 10)
    ledger = told(Ledger(), ended)
    ledger.fill([call(), call(uniqueid="1.2")], ledger.lacking(), BEGIN)

    figures = ledger.day("6500", BEGIN).figures
    assert (figures.offered, figures.answered, figures.talk_seconds) == (2, 1, 10)


def test_a_day_that_began_earlier_while_others_were_asked_is_still_lacking():
    ledger = told(Ledger(), call())
    asked = {"6500": BEGIN}
    ledger.fill([], asked, BEGIN)
    assert ledger.lacking() == {"6500": BEGIN.replace(hour=0)}


def test_a_new_day_lacks_nothing():
    ledger = told(Ledger(), call())
    ledger.fill([], ledger.lacking(), BEGIN)
    ledger.day("6500", BEGIN + timedelta(days=1))
    assert ledger.lacking() == {}


def test_a_clock_that_was_a_day_ahead_and_is_put_right_counts_today():
    ledger = told(Ledger(), call(at=BEGIN + timedelta(days=1)), at=BEGIN + timedelta(days=1))
    told(ledger, call(uniqueid="1.2"))

    assert ledger.day("6500", BEGIN).since == BEGIN.replace(hour=0)
    assert ledger.lacking() == {"6500": BEGIN.replace(hour=0)}


# --- how often tried -------------------------------------------------------------------------------------------


def test_tries_are_the_other_calls_of_the_number_before_this_one():
    ledger = told(
        Ledger(),
        call(ABANDONED, 9, at=0, uniqueid="1.1", number="+4930123"),
        call(REDIRECTED, 9, at=60, uniqueid="1.2", number="004930123"),
        call(at=69, uniqueid="1.2", queue="6501", number="004930123"),
        call(at=500, uniqueid="1.9", number="+4930123"),
        call(at=5, uniqueid="1.3", number="anonymous"),
    )
    again = call(at=120, uniqueid="1.4", number="+49 30 123")
    assert ledger.tries(again) == 2
    assert ledger.tries(replace(again, uniqueid="1.2", queue="6502")) == 1
    assert ledger.tries(replace(again, number="anonymous")) == 0
    assert ledger.tries(replace(again, number="0301")) == 0


def test_a_number_told_later_counts_for_the_caller_it_is():
    first = call(uniqueid="1.1", number="")
    ledger = told(Ledger(), first, replace(first, number="030"), replace(first, number="031"))
    again = call(at=9, uniqueid="1.2")
    assert [ledger.tries(replace(again, number=number)) for number in ("", "030", "031")] == [0, 0, 1]


def test_tries_are_counted_up_to_a_limit():
    calls = (call(at=n, uniqueid=f"1.{n}", number="030") for n in range(TRIES_LIMIT + 20))
    assert told(Ledger(), *calls).tries(call(at=500, uniqueid="2.1", number="030")) == TRIES_LIMIT
