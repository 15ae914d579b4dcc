"""The agent's pages as the server gives them: who comes where, what they say, and that opening one asks for nothing."""

import pytest
from django.test import Client

from agents.models import Agent, Command
from queues.views_desk import number_of_link
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, wanted: str = "") -> str:
    path = f"/login/?next={wanted}" if wanted else "/login/"
    return client.post(path, {"username": username, "password": f"{username}'s secret"})["Location"]


def test_agents_come_to_their_desk_when_they_log_in_and_others_to_the_board(client, agent_user, supervisor, viewer):
    assert log_in(client, "agent") == "/me/"
    assert log_in(Client(), "agent", "/") == "/me/"
    assert log_in(Client(), "supervisor") == "/"
    assert log_in(Client(), "viewer") == "/"
    assert client.get("/login/")["Location"] == "/me/"


def test_who_asked_for_a_page_gets_it(client, agent_user):
    assert log_in(client, "agent", "/dial/?n=1001") == "/dial/?n=1001"


def test_a_supervisor_with_a_phone_has_a_desk_and_a_way_to_it(client, supervisor):
    client.force_login(supervisor)
    assert 'href="/me/"' not in client.get("/").content.decode()
    Agent.objects.create(pbx="main", interface="PJSIP/2004", extension="2004", user=supervisor)
    assert 'href="/me/"' in client.get("/").content.decode()
    assert client.get("/me/").status_code == 200


def test_who_has_no_phone_is_told_who_links_one(client, viewer):
    client.force_login(viewer)
    response = client.get("/me/")
    assert response.status_code == 403
    assert "No phone is linked to your login" in response.content.decode()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+49-30-123456", "+49-30-123456"),
        ("TEL:1001;phone-context=example.com", "1001"),
        (" 030 123456 ", "030 123456"),
        ("<script>", "<script>"),
        ("9" * 500, "9" * 64),
        ("", ""),
    ],
)
def test_a_link_names_its_number(text, number):
    assert number_of_link(text) == number


def test_opening_a_link_shows_its_number_and_asks_for_nothing(client, agent_user):
    save_board()
    client.force_login(agent_user)
    page = client.get("/dial/", {"n": "tel:+49<b>30"}).content.decode()
    assert "+49&lt;b&gt;30" in page
    assert "Call from my phone 1000" in page
    assert client.post("/dial/", {"n": "1001"}).status_code == 405
    assert not Command.objects.exists()


def test_a_call_asked_for_from_another_site_is_refused(agent_user):
    save_board()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent_user)
    asked = {"agent": agent_user.agents.get().pk, "number": "1001"}
    assert browser.post("/api/v1/calls/originate", asked, content_type="application/json").status_code == 403
    assert not Command.objects.exists()


def test_a_link_with_several_phones_asks_which(client, agent_user):
    Agent.objects.create(pbx="main", interface="PJSIP/1009", extension="1009", user=agent_user)
    client.force_login(agent_user)
    page = client.get("/dial/?n=1001").content.decode()
    assert page.count('type="radio"') == 2


def test_a_link_without_a_number_has_nothing_to_press(client, agent_user):
    client.force_login(agent_user)
    page = client.get("/dial/").content.decode()
    assert "names no number" in page
    assert "dial-button" not in page


def test_browsers_learn_how_to_install_the_desk(client, settings):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    facts = response.json()
    assert facts["start_url"] == "/me/"
    assert facts["protocol_handlers"] == [{"protocol": "tel", "url": "/dial/?n=%s"}]
    for icon in facts["icons"]:
        assert client.get(icon["src"]).status_code == 200
