"""What is known of a caller: earlier calls of the day and notes, for those whom it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.models import CallNote
from queues.models import Call
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db
NUMBER = "+4930123456"


@pytest.fixture(autouse=True)
def board(db, settings):
    settings.PHONE_REGION = "DE"
    save_board()


def party(client, number=NUMBER, **more):
    answer = client.get("/api/v1/parties", {"pbx": "main", "number": number, **more})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def note(client, **asked):
    body = {"pbx": "main", "number": NUMBER, "queue": "6500", "text": "calls back", **asked}
    return client.post("/api/v1/notes", body, content_type="application/json")


def visit(uniqueid, minutes, **told):
    now = timezone.now()
    joined = now - timedelta(minutes=minutes)
    ended = {"ended_at": joined + timedelta(seconds=30), "outcome": "abandoned", "hold_seconds": 30}
    told = {"number": "030 123456", "queue": "6500", **ended, **told}
    Call.objects.create(pbx="main", uniqueid=uniqueid, joined_at=joined, **told)


@pytest.fixture
def noon(monkeypatch):
    """Far from the hour at which a day begins."""
    at = timezone.now().replace(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: at)


def test_earlier_calls_of_today_are_told_newest_first_however_the_number_is_written(client, agent_user, noon):
    visit("v.1", 50)
    visit("v.2", 40, number="0049 30 123456", outcome="completed", hold_seconds=7)
    visit("v.3", 30, number="040 99")
    visit("v.4", 20, ended_at=None, outcome=None)
    visit("v.5", 60 * 24)
    client.force_login(agent_user)
    told = party(client)
    assert (told["party"], told["display"]) == (NUMBER, "030 123456")
    assert [(row["queue"], row["outcome"], row["wait_seconds"]) for row in told["visits"]] == [
        ("6500", "completed", 7),
        ("6500", "abandoned", 30),
    ]


def test_a_caller_sent_from_queue_to_queue_called_once(client, admin, noon):
    visit("v.1", 50, outcome="redirected")
    visit("v.1", 49, queue="6501", outcome="completed")
    client.force_login(admin)
    assert [(row["queue"], row["outcome"]) for row in party(client)["visits"]] == [("6501", "completed")]


@pytest.mark.parametrize(
    ("person", "queues"),
    [
        ("admin", ["6501", "6500"]),
        ("viewer", ["6501", "6500"]),
        ("sales_lead", ["6500"]),
        ("support_lead", ["6501"]),
        ("agent_user", ["6500"]),
    ],
)
def test_only_what_concerns_queues_one_sees_is_told(request, client, person, queues, admin, noon):
    visit("v.1", 50)
    visit("v.2", 40, queue="6501")
    for queue in ("6500", "6501"):
        fields = {"pbx": "main", "party": NUMBER, "queue": queue, "text": queue, "author": admin}
        CallNote.objects.create(**fields, at=timezone.now())
    client.force_login(request.getfixturevalue(person))
    told = party(client)
    assert [row["queue"] for row in told["visits"]] == queues
    assert [row["text"] for row in told["notes"]] == queues


def test_a_note_is_found_by_whoever_talks_with_the_caller_next(client, agent_user, other_agent):
    client.force_login(agent_user)
    made = note(client, number="030/123456", text="  wants a refund \n second line ", uniqueid="17.1")
    assert made.status_code == 201
    assert (made.json()["text"], made.json()["queue"]) == ("wants a refund \n second line", "6500")
    client.force_login(other_agent)
    assert [(row["author"], row["text"]) for row in party(client)["notes"]] == [
        ("agent", "wants a refund \n second line")
    ]
    agent_user.delete()
    assert party(client)["notes"][0]["author"] == ""


def test_a_note_of_no_queue_is_its_authors(client, agent_user, other_agent, admin):
    client.force_login(agent_user)
    assert note(client, queue="").status_code == 201
    assert len(party(client)["notes"]) == 1
    client.force_login(other_agent)
    assert party(client)["notes"] == []
    client.force_login(admin)
    assert len(party(client)["notes"]) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"text": " "}, 422),
        ({"text": "x" * 2001}, 422),
        ({"number": "anonymous"}, 422),
        ({"queue": "6501"}, 404),
        ({"queue": "nowhere"}, 404),
        ({"pbx": "other"}, 404),
        ({"colour": "red"}, 422),
    ],
)
def test_a_note_that_makes_no_sense_is_not_kept(client, agent_user, asked, status):
    client.force_login(agent_user)
    assert note(client, **asked).status_code == status
    assert not CallNote.objects.exists()


def test_a_viewer_writes_nothing_down(client, viewer):
    client.force_login(viewer)
    assert [note(client).status_code, note(client, queue="").status_code] == [403, 403]


def test_of_callers_without_a_number_nothing_is_known(client, agent_user, settings):
    settings.CRM_URL = "https://crm.example/?phone={number}"
    visit("v.1", 50, number="anonymous")
    client.force_login(agent_user)
    told = party(client, "anonymous")
    assert (told["party"], told["visits"], told["notes"], told["crm_url"]) == ("", [], [], "")


def test_the_address_of_the_other_program_has_everything_escaped(client, agent_user, settings):
    settings.CRM_URL = "https://crm.example/?phone={number}&queue={queue}&who={name}"
    client.force_login(agent_user)
    told = party(client, queue="6500", name="a&b=<x>/{queue}")
    assert told["crm_url"] == "https://crm.example/?phone=%2B4930123456&queue=6500&who=a%26b%3D%3Cx%3E%2F%7Bqueue%7D"
