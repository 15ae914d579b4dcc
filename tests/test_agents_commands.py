"""A command is sent at most once, never late, and its outcome is written once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from agents import services
from agents.models import Command
from tests.support.saved import save_command

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LATER = AT + services.COMMAND_LIFETIME


def queued(pbx: str = "main", **fields: object) -> Command:
    return save_command(AT, pbx=pbx, **fields)


@pytest.mark.django_db
def test_a_claimed_command_names_the_run_that_sends_it():
    command = queued()
    assert services.claim_command(command.pk, 7, AT)
    command.refresh_from_db()
    assert (command.state, command.claimed_epoch, command.sent_at) == ("sent", 7, AT)


@pytest.mark.django_db
def test_a_second_claim_fails():
    command = queued()
    assert services.claim_command(command.pk, 7, AT)
    assert not services.claim_command(command.pk, 8, AT)


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_the_same_moment_one_succeeds():
    command = queued()
    barrier = Barrier(4)

    def claim(epoch: int) -> bool:
        try:
            barrier.wait(timeout=10)
            return services.claim_command(command.pk, epoch, AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        claims = list(threads.map(claim, range(1, 5)))
    assert claims.count(True) == 1
    command.refresh_from_db()
    assert command.claimed_epoch == claims.index(True) + 1


@pytest.mark.django_db
def test_a_command_is_not_claimed_before_it_is_due():
    command = queued()
    Command.objects.update(due_at=AT + timedelta(seconds=5))
    assert services.due_commands("main", AT) == []
    assert services.next_due_at("main", AT) == AT + timedelta(seconds=5)
    assert not services.claim_command(command.pk, 7, AT)
    assert services.due_commands("main", AT + timedelta(seconds=5)) == [command]
    assert services.next_due_at("main", AT + timedelta(seconds=5)) is None
    assert services.claim_command(command.pk, 7, AT + timedelta(seconds=5))


@pytest.mark.django_db
def test_what_was_taken_back_is_never_sent_and_says_by_whom():
    command = queued()
    assert services.undo_command(command.pk, "Paula Park", AT)
    assert not services.claim_command(command.pk, 7, AT)
    assert services.expire_overdue(LATER) == []
    command.refresh_from_db()
    assert (command.state, command.finished_at, "Paula Park" in command.message) == ("undone", AT, True)


@pytest.mark.django_db
def test_what_was_sent_or_ended_is_not_taken_back():
    sent, ended = queued(), queued()
    services.claim_command(sent.pk, 7, AT)
    services.expire_overdue(LATER)
    for command in (sent, ended):
        assert not services.undo_command(command.pk, "Paula Park", LATER)
    assert dict(Command.objects.values_list("pk", "state")) == {sent.pk: "sent", ended.pk: "expired"}


@pytest.mark.django_db(transaction=True)
def test_of_an_undo_and_a_claim_at_the_same_moment_exactly_one_succeeds():
    def at_once(*calls: Callable[[], bool]) -> list[bool]:
        barrier = Barrier(len(calls))

        def run(call: Callable[[], bool]) -> bool:
            try:
                barrier.wait(timeout=10)
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(run, calls))

    for _ in range(20):
        command = queued()
        claimed, undone = at_once(
            partial(services.claim_command, command.pk, 7, AT), partial(services.undo_command, command.pk, "Paula", AT)
        )
        command.refresh_from_db()
        assert (claimed, undone) in {(True, False), (False, True)}
        assert command.state == ("sent" if claimed else "undone")


@pytest.mark.django_db
def test_an_expired_command_is_not_claimed():
    command = queued()
    assert not services.claim_command(command.pk, 7, LATER)


@pytest.mark.django_db
def test_the_outcome_is_written_once():
    command = queued()
    services.claim_command(command.pk, 7, AT)
    assert services.finish_command(command.pk, "refused", "Interface not found", LATER)
    assert not services.finish_command(command.pk, "done", "", LATER)
    command.refresh_from_db()
    assert (command.state, command.message, command.finished_at) == ("refused", "Interface not found", LATER)


@pytest.mark.django_db
def test_a_command_nobody_sent_has_no_outcome():
    assert not services.finish_command(queued().pk, "done", "", AT)


@pytest.mark.django_db
def test_a_state_that_is_not_final_is_no_outcome():
    with pytest.raises(ValueError, match="no outcome"):
        services.finish_command(queued().pk, "sent", "", AT)


@pytest.mark.django_db
def test_what_nobody_took_in_time_expires_and_the_rest_stays():
    old, sent = queued(), queued()
    fresh = queued()
    Command.objects.filter(pk=fresh.pk).update(expires_at=LATER + timedelta(seconds=1))
    services.claim_command(sent.pk, 7, AT)
    expired = services.expire_overdue(LATER)
    assert [(command.pk, command.state) for command in expired] == [(old.pk, "expired")]
    assert set(Command.objects.values_list("pk", "state")) == {
        (old.pk, "expired"),
        (sent.pk, "sent"),
        (fresh.pk, "queued"),
    }


@pytest.mark.django_db
def test_a_new_run_gives_up_on_what_earlier_runs_sent():
    orphan, own, elsewhere, waiting = queued(), queued(), queued("other"), queued()
    services.claim_command(orphan.pk, 6, AT)
    services.claim_command(own.pk, 7, AT)
    services.claim_command(elsewhere.pk, 6, AT)
    unknown = services.mark_unanswered_unknown("main", 7, LATER)
    assert [command.pk for command in unknown] == [orphan.pk]
    states = dict(Command.objects.values_list("pk", "state"))
    assert states == {orphan.pk: "unknown", own.pk: "sent", elsewhere.pk: "sent", waiting.pk: "queued"}


@pytest.mark.django_db
def test_due_commands_are_those_of_this_pbx_that_may_still_be_sent_oldest_first():
    first, second, sent, elsewhere = queued(), queued(), queued(), queued("other")
    services.claim_command(sent.pk, 7, AT)
    assert services.due_commands("main", AT) == [first, second]
    assert services.due_commands("other", AT) == [elsewhere]
    assert services.due_commands("main", LATER) == []
