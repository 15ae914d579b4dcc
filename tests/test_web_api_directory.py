"""Whom one may dial by name, and what a number is before it is dialled."""

import pytest
from django.utils import timezone

from agents.models import Agent, Contact
from queues.directory import Entry, Kind, search
from queues.models import Link, Queue
from tests.support.saved import save_board, save_call, save_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board(db, settings):
    settings.PHONE_REGION = "DE"
    save_board()


def found(client, q="", **more):
    answer = client.get("/api/v1/directory", {"q": q, **more})
    assert answer.status_code == 200, answer.json()
    return [(entry["kind"], entry["name"], entry["number"]) for entry in answer.json()["entries"]]


def test_phones_queues_and_contacts_are_found_by_name_and_number(client, agent_user):
    Contact.objects.create(name="Öztürk Travel", number="+4930123456")
    Contact.objects.create(name="Elsewhere", number="555", pbx="other")
    client.force_login(agent_user)
    assert found(client, "bob") == [("agent", "Bob", "1001")]
    assert found(client, "queue 6501") == [("queue", "Queue 6501", "6501")]
    assert found(client, "650") == [("queue", "Queue 6500", "6500"), ("queue", "Queue 6501", "6501")]
    assert found(client, "öztürk") == [("contact", "Öztürk Travel", "+4930123456")]
    assert found(client, "030 123") == [("contact", "Öztürk Travel", "+4930123456")]
    assert found(client, "tra ö") == [("contact", "Öztürk Travel", "+4930123456")]
    assert found(client, "elsewhere") == []
    assert found(client, "nobody at all") == []


def test_ones_own_phone_is_not_listed_and_others_show_what_a_lamp_would(client, agent_user):
    Agent.objects.filter(extension="1001").update(device_state="in_use")
    Queue.objects.filter(number="6501").update(is_open=False)
    client.force_login(agent_user)
    entries = client.get("/api/v1/directory").json()["entries"]
    assert [(entry["number"], entry["state"]) for entry in entries] == [
        ("1001", "busy"),
        ("6500", ""),
        ("6501", "closed"),
    ]
    for device, lamp in (("not_in_use", "free"), ("ringing", "busy"), ("unavailable", "off"), ("unknown", "")):
        Agent.objects.filter(extension="1001").update(device_state=device)
        assert client.get("/api/v1/directory", {"q": "1001"}).json()["entries"][0]["state"] == lamp


def test_recent_numbers_come_first_each_once_by_the_name_one_knows(client, agent_user, other_agent):
    now = timezone.now()
    Contact.objects.create(name="Öztürk Travel", number="030 123456")
    save_command(now, kind="originate", requested_by=agent_user, arguments={"number": "+4930123456"})
    save_command(now, kind="originate", requested_by=agent_user, arguments={"number": "1001"})
    save_command(now, kind="originate", requested_by=other_agent, arguments={"number": "777777"})
    save_call("main", "x.1", "6500", number="030123456", name="somebody", agent_interface="PJSIP/1000")
    save_call("main", "x.2", "6500", number="0409999999", name="Harbour", agent_interface="PJSIP/1000")
    save_call("main", "x.3", "6500", number="0401111111", name="Nobody's", agent_interface="PJSIP/1001")
    client.force_login(agent_user)
    recent = [entry for entry in found(client) if entry[0] == "recent"]
    assert {(name, number) for _kind, name, number in recent} == {
        ("Öztürk Travel", "+4930123456"),
        ("Bob", "1001"),
        ("Harbour", "0409999999"),
    }
    # Somebody who is in the directory is there once.
    assert [entry[:2] for entry in found(client)].count(("agent", "Bob")) == 0
    assert found(client, "harbour") == [("recent", "Harbour", "0409999999")]


def test_the_best_match_comes_first_and_no_list_is_endless():
    entries = [Entry(Kind.CONTACT, f"Anna {number}", f"9{number:05}", "") for number in range(40)]
    entries += [Entry(Kind.CONTACT, "Joanna", "555", ""), Entry(Kind.AGENT, "Anna", "2001", "2001")]
    hits = search(entries, "anna", "")
    assert (hits[0].number, len(hits)) == ("2001", 20)
    assert [entry.name for entry in search(entries, "joan", "")] == ["Joanna"]
    assert [entry.name for entry in search(entries, "oan", "")] == ["Joanna"]
    assert search(entries, "555", "")[0].name == "Joanna"
    assert search(entries, "2", "")[0].name == "Anna"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("100", ("100", "100", True, True, "")),
        ("6500", ("6500", "6500", True, True, "")),
        ("030/123456", ("030123456", "030 123456", False, True, "")),
        ("+49 (0)30 123456", ("+4930123456", "030 123456", False, True, "")),
        ("+44 20 7946 0958", ("+442079460958", "+44 20 7946 0958", False, True, "")),
        ("+49 301", ("+49301", "+49301", True, True, "")),
        ("+999 1234567", ("+9991234567", "+9991234567", False, False, "No country has this code.")),
        ("+4930", ("+4930", "+4930", True, True, "")),
    ],
)
def test_a_number_is_told_as_it_is_dialled_and_as_people_write_it(client, agent_user, settings, number, told):
    settings.INTERNAL_NUMBER_MAX_DIGITS = 6
    client.force_login(agent_user)
    answer = client.get("/api/v1/numbers", {"number": number}).json()
    assert tuple(answer[name] for name in ("number", "display", "is_internal", "is_possible", "words")) == told


def test_what_cannot_be_dialled_is_said(client, agent_user):
    client.force_login(agent_user)
    answer = client.get("/api/v1/numbers", {"number": "call me"}).json()
    assert (answer["number"], answer["is_possible"], "use digits" in answer["words"]) == ("", False, True)


def test_a_queue_named_in_letters_is_dialled_inside(client, agent_user):
    Queue.objects.create(pbx="main", number="night-desk", name="Night desk")
    client.force_login(agent_user)
    answer = client.get("/api/v1/numbers", {"number": " Night-Desk "}).json()
    assert (answer["number"], answer["is_internal"], answer["words"]) == ("Night-Desk", True, "")


def test_which_pbx_is_meant_is_said_where_it_is_not_plain(client, agent_user, supervisor):
    Link.objects.create(pbx="other", state="up", since=timezone.now())
    client.force_login(supervisor)
    assert client.get("/api/v1/directory").status_code == 422
    assert found(client, pbx="other") == []
    client.force_login(agent_user)
    assert found(client, "bob") == [("agent", "Bob", "1001")]
    assert client.get("/api/v1/directory", {"pbx": "other"}).status_code == 404
