"""`GET /api/v1/board`: everybody gets the rows that are theirs to see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from agents import tokens
from agents.models import Agent
from queues.mirror import tables_of
from queues.models import Link
from queues.selectors import load_board
from tests.support.saved import AT, save_board, save_link

pytestmark = pytest.mark.django_db
KEYS = {
    "links": "pbx state since dialect version error",
    "queues": "pbx number name strategy waiting completed abandoned oldest_joined_at service_level_seconds",
    "members": "pbx queue interface name membership penalty paused pause_reason paused_at device_state calls_taken "
    "last_call_at logged_in_at",
    "callers": "pbx uniqueid queue position number name joined_at state agent_interface",
    "agents": "id pbx interface extension name state state_since queue party_number party_name",
}


@pytest.fixture(autouse=True)
def board(db):
    save_board()


def keys(board: dict) -> dict[str, list[str]]:
    return {table: sorted(row["key"] for row in rows) for table, rows in board.items() if rows}


def test_nobody_is_asked_to_log_in(client):
    response = client.get("/api/v1/board")
    assert response.status_code == 401
    assert response.json() == {"detail": "Log in, or send a valid token."}
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_supervisor_gets_the_saved_board(client, supervisor):
    client.force_login(supervisor)
    board = client.get("/api/v1/board").json()
    assert {table: {row["key"]: row for row in rows} for table, rows in board.items()} == tables_of(load_board("main"))


def test_rows_have_the_keys_that_programs_rely_on(client, supervisor):
    client.force_login(supervisor)
    board = client.get("/api/v1/board").json()
    for table, names in KEYS.items():
        assert set(names.split()) <= set(board[table][0]), table


def test_instants_are_told_in_utc(client, supervisor):
    client.force_login(supervisor)
    told = client.get("/api/v1/board").json()["callers"][0]["joined_at"]
    assert datetime.fromisoformat(told) == AT
    assert told.endswith("+00:00")


def test_what_only_the_worker_needs_is_not_told(client, supervisor):
    client.force_login(supervisor)
    text = client.get("/api/v1/board").content.decode()
    for name in ("lease_holder", "boot", "display_name", "agent_uniqueid", "epoch"):
        assert f'"{name}"' not in text


def test_all_pbxs_are_on_one_board(client, admin):
    save_board("branch")
    client.force_login(admin)
    assert keys(client.get("/api/v1/board").json())["links"] == ["branch", "main"]


def test_a_team_gets_its_queues_with_all_in_them(client, sales_lead, sales_viewer):
    save_link("branch")
    Agent.objects.filter(interface="PJSIP/1001").update(queue="6501", party_name="Mallory", call_uniqueid="17.4")
    for user in (sales_lead, sales_viewer):
        client.force_login(user)
        board = client.get("/api/v1/board").json()
        assert keys(board) == {
            "links": ["main"],
            "queues": ["6500"],
            "members": ["6500/PJSIP/1000", "6500/PJSIP/1001"],
            "callers": ["17.1", "17.2"],
            "agents": ["PJSIP/1000", "PJSIP/1001"],
        }
        bob = board["agents"][1]
        assert (bob["queue"], bob["party_name"], bob["call_uniqueid"]) == ("", "", "")


def test_an_agent_gets_their_part(client, agent_user):
    save_link("branch")
    client.force_login(agent_user)
    assert keys(client.get("/api/v1/board").json()) == {
        "links": ["main"],
        "queues": ["6500"],
        "members": ["6500/PJSIP/1000"],
        "callers": ["17.1", "17.2"],
        "agents": ["PJSIP/1000"],
    }


def test_another_agent_gets_another_part(client, other_agent):
    client.force_login(other_agent)
    assert keys(client.get("/api/v1/board").json()) == {
        "links": ["main"],
        "queues": ["6500", "6501"],
        "members": ["6500/PJSIP/1001", "6501/PJSIP/1001"],
        "callers": ["17.1", "17.3", "17.4"],
        "agents": ["PJSIP/1001"],
    }


def test_an_outsider_is_told_that_there_is_nothing_for_them(client, outsider):
    client.force_login(outsider)
    response = client.get("/api/v1/board")
    assert response.status_code == 403
    assert "no rights" in response.json()["detail"]


def test_a_token_does_as_well_as_a_login(client, supervisor):
    token = tokens.create_token(supervisor, "", datetime.now(UTC))
    assert client.get("/api/v1/board", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer", "Basic YTpi", "nonsense"])
def test_a_wrong_token_is_not_made_up_for_by_a_login(client, supervisor, authorization):
    client.force_login(supervisor)
    assert client.get("/api/v1/board", headers={"Authorization": authorization}).status_code == 401


def test_the_description_says_how_to_prove_who_one_is(client):
    description = client.get("/api/v1/openapi.json").json()
    assert set(description["components"]["securitySchemes"]) == {"TokenAuth", "SessionAuth", "DialTokenAuth"}


@pytest.mark.parametrize("lease", [None, timezone.now() - timedelta(seconds=30)])
def test_a_link_whose_worker_is_gone_is_not_told_as_up(client, supervisor, lease):
    Link.objects.update(lease_expires_at=lease)
    client.force_login(supervisor)
    board = client.get("/api/v1/board").json()

    (link,) = board["links"]
    assert link["state"] == "down"
    assert link["error"] == "No worker is connected to this PBX."
    if lease is not None:
        assert datetime.fromisoformat(link["since"]) == lease
    assert board["queues"]  # as they were when last seen
