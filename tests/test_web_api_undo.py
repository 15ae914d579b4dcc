"""Whoever asked may take it back until it is sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents import services
from agents.models import Command
from tests.support.saved import save_command
from tests.support.scraping import Growth

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(agent_user) -> Command:
    return held(agent_user)


def held(by, **fields) -> Command:
    """One to hang up the phone of `by`, that is sent in five seconds."""
    now = timezone.now()
    due = {"due_at": now + timedelta(seconds=5), "expires_at": now + timedelta(seconds=15)}
    return save_command(now, **{"kind": "hangup", "agent": by.agents.first(), "requested_by": by, **due, **fields})


def undo(client, command):
    return client.post(f"/api/v1/commands/{command.pk}/undo")


def test_a_request_is_taken_back_and_counted_as_that(client, command, agent_user):
    client.force_login(agent_user)
    undone = Growth("commands_total", pbx="main", kind="hangup", outcome="undone")
    response = undo(client, command)
    assert (response.status_code, response.json()) == (200, {"id": command.pk, "state": "undone"})
    command.refresh_from_db()
    assert (command.state, command.message) == ("undone", "Taken back by agent before it was sent.")
    assert undone() == 1


def test_a_second_time_says_that_it_was_done(client, command, agent_user):
    client.force_login(agent_user)
    undo(client, command)
    response = undo(client, command)
    assert (response.status_code, response.json()) == (409, {"detail": "This was taken back already."})


@pytest.mark.parametrize(("state", "sentence"), [("sent", "sent already"), ("expired", "its time had run out")])
def test_what_was_sent_or_ended_stays_as_it_is(client, command, agent_user, state, sentence):
    Command.objects.update(state=state)
    client.force_login(agent_user)
    response = undo(client, command)
    assert (response.status_code, sentence in response.json()["detail"]) == (409, True)
    command.refresh_from_db()
    assert command.state == state


def test_administrators_take_back_for_others_and_supervisors_do_not(client, command, supervisor, admin):
    client.force_login(supervisor)
    assert undo(client, command).status_code == 403
    client.force_login(admin)
    assert undo(client, command).status_code == 200


def test_one_log_line_tells_of_it(client, command, agent_user, caplog):
    client.force_login(agent_user)
    with caplog.at_level("INFO", "queues.api_commands"):
        undo(client, command)
    assert [record.message for record in caplog.records] == ["command undone"]


def test_nothing_is_sent_while_it_can_be_taken_back(command):
    assert services.due_commands("main", timezone.now()) == []


# --- many at once ----------------------------------------------------------------------------------------------


def undo_many(client, *ids):
    return client.post("/api/v1/commands/undo", {"ids": ids}, content_type="application/json")


def test_of_many_each_is_taken_back_or_told_why_not(client, agent_user, other_agent):
    mine, gone, again = held(agent_user), held(agent_user, state="sent"), held(agent_user, kind="pause")
    others = held(other_agent)
    client.force_login(agent_user)
    response = undo_many(client, mine.pk, gone.pk, others.pk, 10**9, again.pk, mine.pk)
    assert (response.status_code, response.json()["results"]) == (
        200,
        [
            {"id": mine.pk, "state": "undone"},
            {"id": gone.pk, "detail": "It is too late to take this back: it was sent already."},
            {"id": others.pk, "detail": "There is no such request."},
            {"id": 10**9, "detail": "There is no such request."},
            {"id": again.pk, "state": "undone"},
        ],
    )
    states = {row.pk: row.state for row in Command.objects.all()}
    assert states == {mine.pk: "undone", gone.pk: "sent", again.pk: "undone", others.pk: "queued"}


def test_many_of_others_are_not_a_supervisors_to_take_back(client, command, supervisor):
    client.force_login(supervisor)
    (told,) = undo_many(client, command.pk).json()["results"]
    assert told == {"id": command.pk, "detail": "Only who asked for this may take it back."}


@pytest.mark.parametrize("ids", [[], [1] * 201, ["1"], [None], [1.5], [True]])
def test_what_is_no_list_of_so_many_numbers_is_refused(client, agent_user, ids):
    client.force_login(agent_user)
    assert undo_many(client, *ids).status_code == 422


def test_each_costs_one_question_and_no_more(client, agent_user, django_assert_max_num_queries):
    held_back = [held(agent_user) for _ in range(20)]
    client.force_login(agent_user)
    with django_assert_max_num_queries(20 + 20):
        told = undo_many(client, *(command.pk for command in held_back)).json()["results"]
    assert {one["state"] for one in told} == {"undone"}
