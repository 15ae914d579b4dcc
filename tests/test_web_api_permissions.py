"""Every endpoint of the API by every person, as one table: nothing is forgotten, and what is not in it fails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from agents import tokens
from agents.models import Agent, ApiToken, Command, PauseReason
from tests.support.saved import save_board, save_command, save_incident, save_owed

pytestmark = pytest.mark.django_db

PEOPLE = (
    *("admin", "supervisor", "sales_lead", "support_lead", "viewer", "sales_viewer"),
    *("agent_user", "other_agent", "outsider", "nobody"),
)
#: What each gets, in the order of PEOPLE, where everything is about Ada's phone (a member of 6500, the queue of Sales),
#: her call of that queue, who waits there and whom it owes a call (it is Bob's queue, too), and her request. The phone
#: that picks up or listens is one which the administrator and the lead of Sales share; Ada is to be logged in to 6501,
#: the queue of Support.
EXPECTED = {
    ("get", "/api/v1/board"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/pause-reasons"): "200 200 200 200 200 200 200 200 200 401",
    ("get", "/api/v1/me/day"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/preferences"): "200 200 200 200 200 200 200 200 200 401",
    ("put", "/api/v1/preferences"): "200 200 200 200 200 200 200 200 200 401",
    ("get", "/api/v1/commands/{command_id}"): "200 200 200 404 404 404 200 404 404 401",
    ("get", "/api/v1/commands"): "200 200 200 200 403 403 403 403 403 401",
    ("post", "/api/v1/commands/{command_id}/undo"): "200 403 403 404 404 404 200 404 404 401",
    ("post", "/api/v1/commands/undo"): "200 200 200 200 200 200 200 200 200 401",
    ("post", "/api/v1/agents/{agent_id}/pause"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/unpause"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/login"): "202 202 403 404 403 403 403 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/logout"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/penalty"): "202 202 202 404 403 403 403 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/transfer"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/consult"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/park"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/record"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/supervise"): "202 403 202 404 403 403 403 404 403 401",
    ("post", "/api/v1/agents/bulk"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/hand"): "403 403 403 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/await-pause"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/forgo-pause"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/ready"): "422 422 422 404 403 403 422 404 403 401",
    ("post", "/api/v1/agents/{agent_id}/more-wrap-up"): "422 422 422 404 403 403 422 404 403 401",
    ("post", "/api/v1/calls/redirect"): "202 202 202 404 403 403 403 403 403 401",
    ("post", "/api/v1/calls/pickup"): "202 403 202 404 403 403 403 403 403 401",
    ("post", "/api/v1/calls/priority"): "202 202 202 404 403 403 403 403 403 401",
    ("post", "/api/v1/calls/originate"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/calls/hangup"): "202 202 202 404 403 403 202 404 403 401",
    ("post", "/api/v1/owed/claim"): "202 202 202 404 403 403 202 202 403 401",
    ("post", "/api/v1/owed/release"): "202 202 202 404 403 403 202 202 403 401",
    ("post", "/api/v1/owed/close"): "202 202 202 404 403 403 202 202 403 401",
    ("post", "/api/v1/owed/call"): "202 403 202 404 403 403 403 403 403 401",
    ("get", "/api/v1/owed/closed"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/owed/unlisted"): "200 200 200 200 200 200 200 200 403 401",
    ("post", "/api/v1/incidents/acknowledge"): "202 202 202 404 403 403 404 404 403 401",
    ("get", "/api/v1/incidents"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/queues/{pbx}/{number}/staffing"): "200 200 200 404 200 200 404 404 403 401",
    ("get", "/api/v1/queues/{pbx}/{number}/calls"): "200 200 200 404 200 200 200 200 403 401",
    ("get", "/api/v1/agents/{agent_id}/calls"): "200 200 200 404 200 200 200 404 403 401",
    ("get", "/api/v1/directory"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/numbers"): "200 200 200 200 200 200 200 200 403 401",
    ("get", "/api/v1/parties"): "200 200 200 200 200 200 200 200 403 401",
    ("post", "/api/v1/notes"): "201 201 201 404 403 403 201 201 403 401",
    ("get", "/api/v1/tokens"): "200 200 200 200 200 200 200 200 200 401",
    ("post", "/api/v1/tokens"): "201 201 201 201 201 201 201 201 201 401",
    ("delete", "/api/v1/tokens/{token_id}"): "404 404 404 404 404 404 204 404 404 401",
    ("get", "/api/v1/calls/visits"): "200 200 200 404 200 200 200 404 403 401",
}
#: The queue of those that are about one.
QUEUE = {"pbx": "main", "number": "6500"}
OWED = {"pbx": "main", "queue": "6500", "party": "+493012345"}


@pytest.fixture(autouse=True)
def board(db):
    save_board()
    save_owed()
    save_incident()
    PauseReason.objects.update_or_create(name="Lunch", defaults={"limit_per_queue": 2})


@pytest.fixture
def ada(agent_user) -> Agent:
    agent_user.agents.update(state="on_call", queue="6500", call_uniqueid="17.2")
    PauseReason.objects.get_or_create(name="Lunch")
    return agent_user.agents.get()


def bodies(ada: Agent, phone: int = 0) -> dict[str, dict]:
    caller = {"pbx": "main", "uniqueid": "17.1"}
    return {
        "login": {"queue": "6501"},
        "logout": {},
        "penalty": {"penalty": 3},
        "transfer": {"number": "100"},
        "supervise": {"mode": "listen", "phone": phone},
        "bulk": {"agents": [ada.pk], "action": "unpause"},
        "redirect": {**caller, "number": "100"},
        "pickup": {**caller, "phone": phone},
        "priority": {**caller, "priority": 10},
        "preferences": {"density": "compact"},
        "pause": {"queue": "6500", "reason": "Lunch"},
        "unpause": {"queue": None},
        "hand": {"raised": True},
        "await-pause": {"reason": "Lunch"},
        "originate": {"agent": ada.pk, "number": "100"},
        "undo": {"ids": [1]},
        "hangup": {"pbx": "main", "uniqueid": "17.2"},
        "consult": {"number": "100"},
        "park": {},
        "record": {"on": True},
        "numbers": {"number": "100"},
        "parties": {"pbx": "main", "number": "0301234567"},
        "notes": {"pbx": "main", "number": "0301234567", "queue": "6500", "text": "calls back"},
        "tokens": {"label": "CRM", "scope": "dial"},
        "visits": {"pbx": "main", "uniqueid": "17.2"},
        **{name: OWED for name in ("claim", "release", "close")},
        "call": {**OWED, "agent": phone},
        "acknowledge": {"pbx": "main", "cause": "rule:1", "queue": "6500"},
    }


def asked_by(user, ada: Agent) -> Command:
    """A request that can still be undone."""
    now = timezone.now()
    soon = now + timedelta(minutes=1)
    return save_command(now, kind="hangup", requested_by=user, agent=ada, due_at=soon, expires_at=soon)


def desk_phone(user) -> Agent:
    return Agent.objects.create(pbx="main", interface="PJSIP/2000", extension="2000", user=user)


@pytest.mark.parametrize(("method", "path"), EXPECTED, ids=lambda part: part.rpartition("/")[2])
def test_each_person_gets_what_is_theirs(request, ada, agent_user, method, path):
    answers = []
    for person in PEOPLE:
        user = None if person == "nobody" else request.getfixturevalue(person)
        with transaction.atomic():
            phone = desk_phone(user if person in ("admin", "sales_lead") else None)
            body = bodies(ada, phone.pk).get(path.rpartition("/")[2])
            asked = asked_by(agent_user, ada)
            browser = Client()
            if user:
                browser.force_login(user)
            tokens.create_token(agent_user, "CRM", timezone.now())
            token = ApiToken.objects.get()
            address = path.format(agent_id=ada.pk, command_id=asked.pk, token_id=token.pk, **QUEUE)
            response = getattr(browser, method)(address, body, content_type="application/json")
            answers.append(str(response.status_code))
            is_queued = Command.objects.exclude(pk=asked.pk).exists()
            assert is_queued == (response.status_code == 202), person
            transaction.set_rollback(True)
    assert dict(zip(PEOPLE, answers, strict=True)) == dict(zip(PEOPLE, EXPECTED[method, path].split(), strict=True))


def test_an_account_that_is_switched_off_gets_nothing(ada, admin, agent_user):
    browsers = []
    for user in (admin, agent_user):
        browser = Client()
        browser.force_login(user)
        user.is_active = False
        user.save()
        browsers.append(browser)
    for method, path in EXPECTED:
        body = bodies(ada).get(path.rpartition("/")[2])
        for browser in browsers:
            address = path.format(agent_id=ada.pk, command_id=1, token_id=1, **QUEUE)
            assert getattr(browser, method)(address, body, content_type="application/json").status_code == 401


def test_the_table_names_every_endpoint_there_is(client):
    told = client.get("/api/v1/openapi.json").json()["paths"]
    assert {(method, path) for path, methods in told.items() for method in methods} == set(EXPECTED)


@pytest.mark.parametrize("path", sorted({path for _, path in EXPECTED}))
def test_other_methods_are_not_there(client, admin, ada, path):
    client.force_login(admin)
    here = {method for method, other in EXPECTED if other == path}
    for method in {"get", "post", "put", "patch", "delete"} - here:
        assert (
            getattr(client, method)(path.format(agent_id=ada.pk, command_id=1, token_id=1, **QUEUE)).status_code == 405
        )
