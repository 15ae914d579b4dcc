"""People make, see and revoke their own tokens; one for dialling opens nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from agents import tokens
from agents.models import Agent, ApiToken, Command, TokenScope
from tests.support.saved import save_board, save_command

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def board(db):
    save_board()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def make(client, **asked):
    return client.post("/api/v1/tokens", asked, content_type="application/json")


def dial(client, token, **asked):
    return client.post("/api/v1/calls/originate", asked, content_type="application/json", headers=bearer(token))


def test_a_token_is_shown_once_listed_without_its_secret_and_worthless_once_revoked(client, agent_user):
    client.force_login(agent_user)
    made = make(client, label=" CRM ", scope="all").json()
    listed = client.get("/api/v1/tokens").json()
    assert [(row["id"], row["label"], row["scope"], row["last_used_at"]) for row in listed] == [
        (made["id"], "CRM", "all", None)
    ]
    assert made["token"] not in str(listed)
    assert Client().get("/api/v1/board", headers=bearer(made["token"])).status_code == 200
    assert client.get("/api/v1/tokens").json()[0]["last_used_at"] is not None

    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert client.get("/api/v1/tokens").json() == []
    assert Client().get("/api/v1/board", headers=bearer(made["token"])).status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


def test_nobody_sees_or_revokes_the_tokens_of_others(client, admin, agent_user):
    tokens.create_token(agent_user, "CRM", NOW)
    client.force_login(admin)
    assert client.get("/api/v1/tokens").json() == []
    assert client.delete(f"/api/v1/tokens/{ApiToken.objects.get().pk}").status_code == 404


@pytest.mark.parametrize("asked", [{"label": " "}, {"label": "x" * 65}, {"label": "x", "scope": "root"}, {}])
def test_a_token_without_a_label_or_with_a_scope_nobody_knows_is_not_made(client, agent_user, asked):
    client.force_login(agent_user)
    assert make(client, **asked).status_code == 422
    assert not ApiToken.objects.exists()


def test_nobody_makes_tokens_without_end(client, agent_user, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    client.force_login(agent_user)
    assert make(client, label="first").status_code == 201
    assert "revoke one first" in make(client, label="second").json()["detail"]


@pytest.mark.parametrize("scope", TokenScope)
def test_a_token_makes_and_revokes_no_tokens(client, agent_user, scope):
    token = tokens.create_token(agent_user, "CRM", NOW, scope)
    answers = [
        client.get("/api/v1/tokens", headers=bearer(token)),
        client.post("/api/v1/tokens", {"label": "x"}, content_type="application/json", headers=bearer(token)),
        client.delete(f"/api/v1/tokens/{ApiToken.objects.get().pk}", headers=bearer(token)),
    ]
    assert {answer.status_code for answer in answers} == {401}


def test_when_a_token_was_last_used_is_not_written_all_the_time(agent_user):
    token = tokens.create_token(agent_user, "CRM", NOW)
    for minutes in (0, 4, 6):
        assert tokens.resolve_token(token, NOW + timedelta(minutes=minutes)) == agent_user
        found = (ApiToken.objects.get().last_used_at - NOW) / timedelta(minutes=1)
        assert found == (6 if minutes == 6 else 0)


# --- for dialling only -------------------------------------------------------------------------------------------


@pytest.fixture
def dialling(agent_user) -> str:
    return tokens.create_token(agent_user, "CRM", NOW, TokenScope.DIAL)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "board"),
        ("get", "commands"),
        ("get", "directory"),
        ("get", "preferences"),
        ("post", "calls/hangup"),
        ("post", "agents/1/pause"),
        ("post", "notes"),
    ],
)
def test_a_token_for_dialling_opens_nothing_else(client, dialling, method, path):
    answer = getattr(client, method)(f"/api/v1/{path}", headers=bearer(dialling))
    assert (answer.status_code, answer.json()["detail"]) == (403, "This token may only place calls.")
    assert client.get("/audit/", headers=bearer(dialling)).status_code in (302, 403)
    assert tokens.people_of_tokens([tokens.digest_of(dialling)], NOW) == {}


def test_a_program_dials_from_the_phone_of_the_tokens_owner_and_sees_how_it_goes(client, agent_user, dialling):
    answer = dial(client, dialling, number="+49 (0)30 123456")
    assert answer.status_code == 202
    command = Command.objects.get()
    assert (command.requested_by, command.agent.interface) == (agent_user, "PJSIP/1000")
    assert command.arguments["number"] == "+4930123456"
    Command.objects.update(progress="theirs")
    told = client.get(f"/api/v1/commands/{command.pk}", headers=bearer(dialling)).json()
    assert (told["kind"], told["state"], told["progress"]) == ("originate", "queued", "theirs")
    assert dial(client, dialling, agent=command.agent_id, number="100").status_code == 202


def test_a_program_sees_no_other_requests_and_dials_from_no_other_phone(client, supervisor, agent_user):
    token = tokens.create_token(supervisor, "CRM", NOW, TokenScope.DIAL)
    pause = save_command(NOW, kind="pause", requested_by=supervisor)
    theirs = save_command(NOW, kind="originate", requested_by=agent_user)
    for command in (pause, theirs):
        assert client.get(f"/api/v1/commands/{command.pk}", headers=bearer(token)).status_code == 404
    assert dial(client, token, agent=agent_user.agents.get().pk, number="100").status_code == 403
    # A supervisor without a phone, and one with two.
    assert "which phone" in dial(client, token, number="100").json()["detail"]
    Agent.objects.update(user=supervisor)
    assert dial(client, token, number="100").status_code == 422


def test_a_revoked_token_or_one_of_an_account_that_is_switched_off_dials_nothing(client, agent_user, dialling):
    agent_user.is_active = False
    agent_user.save()
    assert dial(client, dialling, number="100").status_code == 401
    agent_user.is_active = True
    agent_user.save()
    tokens.revoke_tokens([ApiToken.objects.get().pk], NOW)
    assert dial(client, dialling, number="100").status_code == 401
    assert not Command.objects.exists()
