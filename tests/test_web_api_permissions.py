"""Every endpoint of the API by every person, as one table: nothing is forgotten, and what is not in it fails."""

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Agent, Command
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db

PEOPLE = ["admin", "supervisor", "agent_user", "other_agent", "outsider", None]
#: What each gets in the order of PEOPLE, where everything is about Ada's phone, her call and her request.
EXPECTED = {
    ("get", "/api/v1/board"): (200, 200, 200, 200, 403, 401),
    ("get", "/api/v1/pause-reasons"): (200, 200, 200, 200, 200, 401),
    ("get", "/api/v1/commands/{command_id}"): (200, 200, 200, 404, 404, 401),
    ("post", "/api/v1/commands/{command_id}/undo"): (200, 403, 200, 404, 404, 401),
    ("post", "/api/v1/agents/{agent_id}/pause"): (202, 202, 202, 404, 403, 401),
    ("post", "/api/v1/agents/{agent_id}/unpause"): (202, 202, 202, 404, 403, 401),
    ("post", "/api/v1/calls/originate"): (202, 202, 202, 404, 403, 401),
    ("post", "/api/v1/calls/hangup"): (202, 202, 202, 404, 403, 401),
}


@pytest.fixture(autouse=True)
def board(db):
    save_board()


@pytest.fixture
def ada(agent_user) -> Agent:
    return agent_user.agents.get()


def bodies(ada: Agent) -> dict[str, dict]:
    return {
        "pause": {"queue": "6500", "reason": "Lunch"},
        "unpause": {"queue": None},
        "originate": {"agent": ada.pk, "number": "100"},
        "hangup": {"pbx": "main", "uniqueid": "17.2"},
    }


@pytest.mark.parametrize(("method", "path"), EXPECTED, ids=lambda part: part.rpartition("/")[2])
@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=map(str, PEOPLE))
def test_each_person_gets_what_is_theirs(request, ada, agent_user, method, path, number):
    now = timezone.now()
    asked = Command.objects.create(
        kind="pause", pbx="main", requested_by=agent_user, agent=ada, requested_at=now, due_at=now, expires_at=now
    )
    browser = Client()
    if PEOPLE[number]:
        browser.force_login(request.getfixturevalue(PEOPLE[number]))
    address = path.format(agent_id=ada.pk, command_id=asked.pk)
    body = bodies(ada).get(path.rpartition("/")[2])
    response = getattr(browser, method)(address, body, content_type="application/json")
    assert response.status_code == EXPECTED[method, path][number]
    is_queued = Command.objects.exclude(pk=asked.pk).exists()
    assert is_queued == (response.status_code == 202)


def test_the_table_names_every_endpoint_there_is(client):
    told = client.get("/api/v1/openapi.json").json()["paths"]
    assert {(method, path) for path, methods in told.items() for method in methods} == set(EXPECTED)


@pytest.mark.parametrize(("method", "path"), EXPECTED, ids=lambda part: part.rpartition("/")[2])
def test_other_methods_are_not_there(client, admin, ada, method, path):
    client.force_login(admin)
    others = {"get", "post", "put", "patch", "delete"} - {method}
    for other in others:
        assert getattr(client, other)(path.format(agent_id=ada.pk, command_id=1)).status_code == 405
