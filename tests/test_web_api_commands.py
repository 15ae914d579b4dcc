"""How a request ended, and what reasons there are to choose from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.models import Command, PauseReason
from tests.support.saved import save_board, save_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(agent_user) -> Command:
    now = timezone.now()
    return save_command(
        now,
        agent=agent_user.agents.get(),
        requested_by=agent_user,
        expires_at=now + timedelta(minutes=1),
        arguments={"interface": "PJSIP/1000", "queue": None, "reason": ""},
    )


def test_who_asked_and_supervisors_see_it(client, command, agent_user, supervisor, admin):
    for user in (agent_user, supervisor, admin):
        client.force_login(user)
        told = client.get(f"/api/v1/commands/{command.pk}").json()
        assert (told["id"], told["kind"], told["state"], told["message"]) == (command.pk, "pause", "queued", "")
        assert (told["pbx"], told["agent"], told["finished_at"]) == ("main", command.agent_id, None)


def test_for_others_it_is_not_there(client, command, other_agent, outsider):
    for user in (other_agent, outsider):
        client.force_login(user)
        response = client.get(f"/api/v1/commands/{command.pk}")
        assert (response.status_code, response.json()) == (404, {"detail": "There is no such request."})


def test_a_teams_supervisor_sees_what_their_audit_shows(client, command, agent_user, sales_lead, support_lead):
    save_board()
    asked = {"interface": "PJSIP/1000", "queue": None, "queues": ["6500", "6501"], "reason": "Lunch", "minutes": 5}
    Command.objects.update(arguments=asked)
    address = f"/api/v1/commands/{command.pk}"
    for user, status in ((sales_lead, 200), (support_lead, 404)):
        client.force_login(user)
        shown = [one["id"] for one in client.get("/api/v1/commands").json()["commands"]]
        assert (client.get(address).status_code, shown == [command.pk]) == (status, status == 200)
    client.force_login(sales_lead)
    assert client.get(address).json()["arguments"] == {"reason": "Lunch", "minutes": 5}
    client.force_login(agent_user)
    assert client.get(address).json()["arguments"] == asked


def test_nobody_sees_it(client, command):
    assert client.get(f"/api/v1/commands/{command.pk}").status_code == 401


def test_the_pbxs_own_words_are_told(client, command, agent_user):
    Command.objects.update(state="refused", message="Interface not found", finished_at=timezone.now())
    client.force_login(agent_user)
    told = client.get(f"/api/v1/commands/{command.pk}").json()
    assert (told["state"], told["message"]) == ("refused", "Interface not found")
    assert told["finished_at"]


def test_it_is_expired_in_time_even_if_no_worker_lives(client, command, agent_user):
    Command.objects.update(expires_at=timezone.now())
    client.force_login(agent_user)
    assert client.get(f"/api/v1/commands/{command.pk}").json()["state"] == "expired"


def test_pause_reasons_are_told_in_their_order(client, agent_user):
    PauseReason.objects.all().delete()
    PauseReason.objects.create(name="Dentist", position=2)
    PauseReason.objects.create(name="Lunch", position=1, budget_minutes=30, limit_per_queue=2)
    client.force_login(agent_user)
    assert client.get("/api/v1/pause-reasons").json() == [
        {"name": "Lunch", "budget_minutes": 30, "limit_per_queue": 2},
        {"name": "Dentist", "budget_minutes": None, "limit_per_queue": None},
    ]


def test_pause_reasons_are_not_told_to_nobody(client):
    assert client.get("/api/v1/pause-reasons").status_code == 401
