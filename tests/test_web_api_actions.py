"""Pausing, dialling and hanging up by API: every person, every refusal, and nothing without our own page's token."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agents import tokens
from agents.models import Agent, Command
from queues.models import Link, Member
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board(db):
    save_board()


@pytest.fixture
def ada(agent_user) -> Agent:
    return agent_user.agents.get()


def post(user, path: str, body: object) -> tuple[int, dict]:
    """The answer to this person (None: nobody) as (status, JSON)."""
    client = Client()
    if user:
        client.force_login(user)
    response = client.post(f"/api/v1/{path}", body, content_type="application/json")
    return response.status_code, response.json()


def requests_for(agent: Agent) -> dict[str, tuple[str, dict]]:
    """Each thing that may be asked for this agent: path and body."""
    return {
        "pause": (f"agents/{agent.pk}/pause", {"queue": "6500", "reason": "Lunch"}),
        "unpause": (f"agents/{agent.pk}/unpause", {"queue": None}),
        "originate": ("calls/originate", {"agent": agent.pk, "number": "+49 30 1234567"}),
        "hangup": ("calls/hangup", {"pbx": "main", "uniqueid": "17.2"}),
    }


KINDS = ["pause", "unpause", "originate", "hangup"]


@pytest.mark.parametrize("kind", KINDS)
def test_supervisors_may_ask_it_for_anybody_and_agents_for_themselves(kind, ada, supervisor, admin, agent_user):
    for user in (supervisor, admin, agent_user):
        status, answer = post(user, *requests_for(ada)[kind])
        assert (status, answer["state"]) == (202, "queued")
        command = Command.objects.get(pk=answer["id"])
        assert (command.kind, command.requested_by, command.agent) == (kind, user, ada)


@pytest.mark.parametrize("kind", KINDS)
def test_for_another_agent_it_is_not_there(kind, ada, other_agent):
    assert post(other_agent, *requests_for(ada)[kind])[0] == 404
    assert not Command.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_an_outsider_may_not(kind, ada, outsider):
    status, answer = post(outsider, *requests_for(ada)[kind])
    assert status == 403
    assert answer["detail"].endswith(".")
    assert not Command.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_may_not(kind, ada):
    assert post(None, *requests_for(ada)[kind])[0] == 401
    assert not Command.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_other_sites_cannot_have_a_browser_send_it(kind, ada, supervisor):
    path, body = requests_for(ada)[kind]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(supervisor)
    response = browser.post(f"/api/v1/{path}", body, content_type="application/json")
    assert response.status_code == 403
    assert "Reload" in response.json()["detail"]
    assert not Command.objects.exists()


def test_our_own_page_can(ada, supervisor):
    path, body = requests_for(ada)["pause"]
    browser = Client(enforce_csrf_checks=True)
    browser.get("/login/")
    token = browser.cookies["csrftoken"].value
    browser.force_login(supervisor)
    response = browser.post(f"/api/v1/{path}", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert response.status_code == 202


def test_a_program_with_a_token_needs_no_page(ada, supervisor):
    token = tokens.create_token(supervisor, "", datetime.now(UTC))
    path, body = requests_for(ada)["pause"]
    response = Client(enforce_csrf_checks=True).post(
        f"/api/v1/{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 202


def test_a_request_only_asks_and_the_board_stays_as_it_is(ada, supervisor):
    before = Member.objects.values().get(interface="PJSIP/1000"), Agent.objects.values().get(pk=ada.pk)
    post(supervisor, *requests_for(ada)["pause"])
    assert before == (Member.objects.values().get(interface="PJSIP/1000"), Agent.objects.values().get(pk=ada.pk))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("agents/{id}/pause", {"queue": "6501"}),
        ("agents/{id}/pause", {"queue": "", "reason": ""}),
        ("agents/{id}/pause", {"queue": None, "reason": "x" * 80}),
        ("agents/{id}/pause", {"queue": None, "reason": "a\nb"}),
        ("agents/{id}/pause", {"queue": "6500\x00"}),
        ("agents/{id}/pause", {"queue": "\ud800"}),
        ("agents/{id}/pause", {"queue": 6500}),
        ("agents/{id}/pause", []),
        ("agents/{id}/pause", {"que": "6500"}),
        ("calls/originate", {"number": "100"}),
        ("calls/originate", {"agent": "x", "number": "100"}),
        ("calls/originate", {"agent": "{id}", "number": "call me"}),
        ("calls/originate", {"agent": "{id}", "number": "1\r\nAction: Logoff"}),
        ("calls/hangup", {"pbx": "main"}),
        ("calls/hangup", {"pbx": "main", "uniqueid": None}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(path, body, ada, supervisor):
    if isinstance(body, dict) and body.get("agent") == "{id}":
        body = {**body, "agent": ada.pk}
    status, answer = post(supervisor, path.format(id=ada.pk), body)
    assert status == 422
    assert isinstance(answer["detail"], str)
    assert answer["detail"].endswith(".")
    assert not Command.objects.exists()


def test_a_body_that_is_no_json_is_refused(ada, supervisor, client):
    client.force_login(supervisor)
    response = client.post(f"/api/v1/agents/{ada.pk}/pause", "{", content_type="application/json")
    assert response.status_code == 422
    assert response.json() == {"detail": "The body must be a JSON object."}


@pytest.mark.parametrize("gone", [{"state": "down", "error": "The PBX does not answer."}, {"lease_expires_at": None}])
def test_nothing_is_asked_of_a_pbx_that_is_not_connected(gone, ada, supervisor):
    Link.objects.update(**gone)
    status, answer = post(supervisor, *requests_for(ada)["pause"])
    assert status == 422
    assert answer["detail"] in ("The PBX does not answer.", "There is no connection to the PBX just now.")


def test_nothing_is_asked_of_a_worker_whose_lease_has_run_out(ada, supervisor):
    Link.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert post(supervisor, *requests_for(ada)["pause"])[0] == 422


def test_what_the_pbx_does_not_offer_is_refused(ada, supervisor):
    Link.objects.update(actions=["pause", "unpause"])
    assert post(supervisor, *requests_for(ada)["originate"])[0] == 422


def test_agents_that_do_not_exist_are_not_there(supervisor):
    assert post(supervisor, "agents/999999/pause", {})[0] == 404
    assert post(supervisor, "calls/originate", {"agent": 999999, "number": "100"})[0] == 404


@pytest.mark.parametrize("agent_id", ["99999999999999999999999", "-1"])
def test_numbers_no_agent_can_have_are_not_there(agent_id, supervisor):
    assert post(supervisor, "calls/originate", {"agent": int(agent_id), "number": "100"})[0] == 404


@pytest.mark.parametrize("uniqueid", ["17.0", "17.404", "", "*"])
def test_calls_that_have_ended_or_never_were_are_not_there(uniqueid, supervisor):
    assert post(supervisor, "calls/hangup", {"pbx": "main", "uniqueid": uniqueid})[0] == 404


def test_the_call_of_another_pbx_is_not_there(supervisor):
    assert post(supervisor, "calls/hangup", {"pbx": "branch", "uniqueid": "17.2"})[0] == 404


def test_an_agent_may_see_who_waits_but_not_hang_them_up(agent_user):
    assert post(agent_user, "calls/hangup", {"pbx": "main", "uniqueid": "17.1"})[0] == 403


def test_a_caller_of_other_queues_is_not_there_for_an_agent(agent_user):
    assert post(agent_user, "calls/hangup", {"pbx": "main", "uniqueid": "17.3"})[0] == 404


def test_a_call_that_came_by_no_queue_is_hung_up_by_whose_it_is(agent_user, other_agent, supervisor, ada):
    Agent.objects.filter(pk=ada.pk).update(call_uniqueid="99.1")
    body = {"pbx": "main", "uniqueid": "99.1"}
    assert post(other_agent, "calls/hangup", body)[0] == 404
    assert post(agent_user, "calls/hangup", body)[0] == 202
    assert post(supervisor, "calls/hangup", body)[0] == 202


def test_a_supervisor_may_hang_up_who_waits(supervisor):
    status, answer = post(supervisor, "calls/hangup", {"pbx": "main", "uniqueid": "17.1"})
    assert status == 202
    assert Command.objects.get(pk=answer["id"]).arguments == {
        "uniqueid": "17.1",
        "channel": "PJSIP/trunk-17.1",
        "is_waiting": True,
    }
