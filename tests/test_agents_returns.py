"""The end of a timed pause is asked for once, whoever looks and however often, and again only if nothing came of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from agents import pauses
from agents.models import Agent, Command
from tests.support.saved import save_command

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
UNTIL = AT + timedelta(minutes=30)
SOON = timedelta(seconds=1)
LATER = pauses.RETURN_SHOWN_AFTER


def paused(by, interface="PJSIP/1000") -> Command:
    """A pause of half an hour that was sent at AT."""
    told = {"interface": interface, "queue": None, "reason": "Lunch", "minutes": 30}
    return save_command(AT, state="done", requested_by=by, arguments=told, sent_at=AT)


def bring_back(at=UNTIL, queues=("6500",)):
    return pauses.queue_return("main", "PJSIP/1000", queues, UNTIL, at)


def end(command, state, at=UNTIL):
    Command.objects.filter(pk=command.pk).update(state=state, finished_at=at)


@pytest.mark.django_db
def test_it_is_asked_in_the_name_of_who_paused_and_says_why(supervisor, admin, agent_user):
    paused(supervisor)
    paused(admin, interface="PJSIP/1001")
    command = bring_back(queues=("6500", "6501"))
    assert (command.kind, command.requested_by, command.agent) == ("unpause", supervisor, Agent.objects.get())
    assert (command.queue, command.due_at, command.expires_at) == ("", UNTIL, UNTIL + timedelta(minutes=1))
    told = command.arguments
    assert (told["cause"], told["queue"], told["queues"]) == ("pause_over", None, ["6500", "6501"])
    assert datetime.fromisoformat(told["until"]) == UNTIL


@pytest.mark.django_db
def test_it_is_asked_even_if_the_pause_was_pruned():
    assert bring_back().requested_by is None


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["queued", "sent", "done", "unknown"])
def test_while_it_is_under_way_or_may_not_be_seen_yet_it_is_the_same(state):
    first = bring_back()
    end(first, state)
    assert bring_back(at=UNTIL + SOON) == first
    assert Command.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["refused", "done", "undone"])
def test_what_was_answered_or_taken_back_is_not_tried_again(state):
    end(bring_back(), state)
    assert bring_back(at=UNTIL + LATER) is None
    assert Command.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["expired", "unknown"])
def test_what_nobody_sent_or_knows_about_is_tried_three_times(state):
    for number in range(pauses.RETURN_TRIES):
        command = bring_back(at=UNTIL + number * LATER)
        assert command.state == "queued"
        end(command, state, at=UNTIL + number * LATER)
    assert bring_back(at=UNTIL + 9 * LATER) is None
    assert Command.objects.count() == pauses.RETURN_TRIES


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_the_same_moment_one_makes_it():
    barrier = Barrier(4)

    def run(_number: int) -> int:
        try:
            barrier.wait(timeout=10)
            return bring_back().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(run, range(4)))
    assert made == set(Command.objects.values_list("pk", flat=True))
    assert len(made) == 1
