"""One message for each target when an incident begins, one when it is over; of calls: ring, answer and end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from queues.alerts.messages import (
    Event,
    Hook,
    Names,
    Occasion,
    Target,
    call_occasions,
    digest,
    draft,
    hooks_that_want,
    rule_of,
)
from queues.live.state import CallOutcome, CallRow, CallState
from tests.support.saved import AT

NAMES = Names({"6500": "Sales"}, {"PJSIP/1000": "Ada"})
WAITING = CallRow("main", "b", "17.1", "6500", AT, number="0301234567", name="Anna", position=1)
RINGING = replace(WAITING, ringing=("PJSIP/1000",))
TALKING = replace(
    WAITING,
    state=CallState.TALKING,
    agent_interface="PJSIP/1000",
    answered_at=AT + timedelta(seconds=9),
    hold_seconds=9,
)
TIMED_OUT = CallOutcome.TIMED_OUT
ENDED = replace(TALKING, ended_at=AT + timedelta(seconds=60), outcome=CallOutcome.COMPLETED, talk_seconds=51)
LEFT = replace(WAITING, ended_at=AT + timedelta(seconds=5), outcome=CallOutcome.ABANDONED, hold_seconds=5)


def told(before: CallRow | None, after: CallRow) -> list[str]:
    return [occasion.event.value for occasion in call_occasions(before, after, NAMES, AT)]


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        (None, WAITING, []),
        (None, RINGING, ["call.ringing"]),
        (WAITING, replace(RINGING, ringing=("PJSIP/1000", "PJSIP/1001")), ["call.ringing", "call.ringing"]),
        (RINGING, replace(RINGING, position=2), []),
        (RINGING, WAITING, []),
        (RINGING, TALKING, ["call.answered"]),
        (TALKING, replace(TALKING, number="1"), []),
        (TALKING, ENDED, ["call.ended"]),
        (WAITING, LEFT, ["call.ended"]),
        (WAITING, ENDED, ["call.answered", "call.ended"]),
        (None, ENDED, ["call.answered", "call.ended"]),
        (ENDED, replace(ENDED, ended_by="agent"), []),
        (LEFT, replace(LEFT, outcome=TIMED_OUT), ["call.ended"]),
    ],
)
def test_a_call_is_told_of_when_it_rings_is_answered_and_ends(before, after, events):
    assert told(before, after) == events


def test_a_message_of_a_call_says_who_called_whom_and_how_it_went():
    (occasion,) = call_occasions(TALKING, ENDED, NAMES, AT)
    body = draft(occasion, Target(hook=3), AT).body
    assert (body["event"], body["pbx"], body["at"]) == ("call.ended", "main", "2026-01-05T09:01:00+00:00")
    assert (
        body["call"] | {"number": "0301234567", "name": "Anna", "queue": "6500", "queue_name": "Sales"} == body["call"]
    )
    assert body["call"] | {"agent": "PJSIP/1000", "agent_name": "Ada", "outcome": "completed"} == body["call"]
    assert body["call"] | {"wait_seconds": 9, "talk_seconds": 51} == body["call"]


def test_the_same_occasion_has_the_same_key_and_id_however_often_it_is_told():
    first, second = (next(iter(call_occasions(None, RINGING, NAMES, at))) for at in (AT, AT + timedelta(hours=1)))
    one, other = draft(first, Target(hook=3), AT), draft(second, Target(hook=3), AT)
    assert (one.once, one.body["id"]) == (other.once, other.body["id"])
    assert draft(first, Target(hook=4), AT).once != one.once
    assert draft(first, Target(recipient="ada@example.com"), AT).body["id"] != one.body["id"]


def test_two_phones_that_ring_and_two_outcomes_are_messages_of_their_own():
    phones = call_occasions(None, replace(WAITING, ringing=("PJSIP/1000", "PJSIP/1001")), NAMES, AT)
    outcomes = [*call_occasions(WAITING, LEFT, NAMES, AT)]
    outcomes += call_occasions(LEFT, replace(LEFT, outcome=TIMED_OUT), NAMES, AT)
    assert len({draft(occasion, Target(hook=3), AT).once for occasion in [*phones, *outcomes]}) == 4


def occasion(event: Event, queue: str) -> Occasion:
    return Occasion(event, "x", "main", queue, AT, {})


@pytest.mark.parametrize(
    ("hook", "event", "queue", "wants"),
    [
        (Hook(1, frozenset({"incidents"})), Event.INCIDENT_OPENED, "6500", True),
        (Hook(1, frozenset({"incidents"})), Event.INCIDENT_CLOSED, "", True),
        (Hook(1, frozenset({"incidents"})), Event.CALL_ENDED, "6500", False),
        (Hook(1, frozenset({"call.ended"})), Event.CALL_ENDED, "6500", True),
        (Hook(1, frozenset({"call.ended"})), Event.CALL_RINGING, "6500", False),
        (Hook(1, frozenset({"incidents"}), frozenset({("main", "6500")})), Event.INCIDENT_OPENED, "6500", True),
        (Hook(1, frozenset({"incidents"}), frozenset({("main", "6501")})), Event.INCIDENT_OPENED, "6500", False),
        (Hook(1, frozenset({"incidents"}), frozenset({("other", "6500")})), Event.INCIDENT_OPENED, "6500", False),
        (Hook(1, frozenset({"incidents"}), frozenset({("main", "6500")})), Event.INCIDENT_OPENED, "", False),
    ],
)
def test_a_webhook_gets_the_events_it_wants_of_its_queues(hook, event, queue, wants):
    assert hooks_that_want(occasion(event, queue), [hook]) == ([Target(hook=1)] if wants else [])


@pytest.mark.parametrize(
    ("cause", "number"), [("rule:7", 7), ("limit:waiting", None), ("rule:", None), ("rule:x", None), ("rule:²", None)]
)
def test_the_rule_of_an_incident_is_read_from_its_cause(cause, number):
    assert rule_of(cause) == number


def test_parts_of_an_identity_do_not_run_into_each_other():
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("a", "b", "c")}) == 4
