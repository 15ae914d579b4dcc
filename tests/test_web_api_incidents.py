"""Incidents by API: which there have been, and who has seen one. Who may is told by the table of
test_web_api_permissions."""

from datetime import timedelta

import pytest
from django.test import Client

from agents.models import Command
from queues.models import Incident, Link
from tests.support.saved import AT, save_board, save_incident
from tests.test_web_api_actions import post

pytestmark = pytest.mark.django_db

ABOUT_QUEUE = {"pbx": "main", "cause": "rule:1", "queue": "6500"}
ABOUT_BOB = {"pbx": "main", "cause": "limit:talk", "interface": "PJSIP/1001"}
ABOUT_PBX = {"pbx": "main", "cause": "rule:2"}


@pytest.fixture(autouse=True)
def board(db):
    save_board()
    save_incident()
    save_incident("limit:talk", "", interface="PJSIP/1001", opened_at=AT + timedelta(minutes=1))
    save_incident("rule:2", "", opened_at=AT + timedelta(minutes=2))
    save_incident("rule:3", "6501", opened_at=AT + timedelta(minutes=3), closed_at=AT + timedelta(minutes=4))


def told(user, **asked) -> list[str]:
    client = Client()
    client.force_login(user)
    response = client.get("/api/v1/incidents", asked)
    assert response.status_code == 200
    return [row["cause"] for row in response.json()["incidents"]]


def test_all_there_have_been_are_told_latest_first(viewer):
    assert told(viewer) == ["rule:3", "rule:2", "limit:talk", "rule:1"]
    assert told(viewer, limit=2) == ["rule:3", "rule:2"]
    assert told(viewer, since=(AT + timedelta(minutes=2)).isoformat()) == ["rule:3", "rule:2"]


def test_people_are_told_what_concerns_their_queues_and_phones(sales_viewer, support_lead, agent_user, other_agent):
    assert told(sales_viewer) == ["rule:2", "limit:talk", "rule:1"]
    assert told(support_lead) == ["rule:3", "rule:2", "limit:talk"]
    assert told(agent_user) == []
    assert told(other_agent) == ["limit:talk"]


@pytest.mark.parametrize(
    ("about", "lead_of_sales", "lead_of_support", "onlooker", "bob"),
    [(ABOUT_QUEUE, 202, 404, 403, 404), (ABOUT_BOB, 202, 202, 403, 403), (ABOUT_PBX, 202, 202, 403, 404)],
)
def test_who_supervises_what_it_is_about_may_take_note(
    sales_lead, support_lead, sales_viewer, other_agent, about, lead_of_sales, lead_of_support, onlooker, bob
):
    expected = {sales_lead: lead_of_sales, support_lead: lead_of_support, sales_viewer: onlooker, other_agent: bob}
    assert {user: post(user, "incidents/acknowledge", about)[0] for user in expected} == expected


def test_who_takes_note_is_told_by_name(sales_lead):
    sales_lead.first_name, sales_lead.last_name = "Ada", "Ash"
    sales_lead.save()
    assert post(sales_lead, "incidents/acknowledge", ABOUT_QUEUE)[0] == 202
    asked = Command.objects.get()
    assert (asked.kind, asked.pbx, asked.queue) == ("acknowledge", "main", "6500")
    assert asked.arguments == {"cause": "rule:1", "queue": "6500", "interface": "", "by": "Ada Ash"}


def test_what_is_over_cannot_be_noted(admin):
    assert post(admin, "incidents/acknowledge", {"pbx": "main", "cause": "rule:3", "queue": "6501"})[0] == 404
    Incident.objects.update(closed_at=AT)
    assert post(admin, "incidents/acknowledge", ABOUT_QUEUE)[0] == 404


def test_a_link_that_is_down_does_not_hinder_and_a_worker_that_is_gone_does(admin):
    Link.objects.update(state="down")
    assert post(admin, "incidents/acknowledge", ABOUT_QUEUE)[0] == 202
    Link.objects.update(lease_expires_at=AT)
    assert post(admin, "incidents/acknowledge", ABOUT_QUEUE)[0] == 422
