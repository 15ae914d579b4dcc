"""What people ask about the calls we owe, by API: what becomes of it, and what is refused. Who may is told by the table
of test_web_api_permissions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Agent, Command
from queues.models import Link, Member, Outage, OwedCall, Queue
from tests.support.saved import AT, save_board, save_call, save_owed
from tests.test_web_api_actions import post

pytestmark = pytest.mark.django_db

LINE = {"pbx": "main", "queue": "6500", "party": "+493012345"}


@pytest.fixture(autouse=True)
def board(db):
    save_board()
    save_owed()


def queued() -> Command:
    return Command.objects.get()


def closed(user, **asked) -> list[str]:
    client = Client()
    client.force_login(user)
    response = client.get("/api/v1/owed/closed", asked)
    assert response.status_code == 200
    return [row["key"] for row in response.json()["closed"]]


def test_a_claim_names_who_takes_it_on_and_the_phone_they_call_from(agent_user):
    agent_user.first_name, agent_user.last_name = "Ada", "Ash"
    agent_user.save()
    assert post(agent_user, "owed/claim", LINE)[0] == 202
    asked = queued()
    assert (asked.kind, asked.queue, asked.agent) == ("claim", "6500", agent_user.agents.get())
    told = {"by": "Ada Ash", "login": "agent", "interface": "PJSIP/1000"}
    assert asked.arguments == {"party": "+493012345", "queue": "6500", **told}


def test_the_longest_name_fits_the_column(agent_user):
    agent_user.first_name, agent_user.last_name = "A" * 150, "B" * 150
    agent_user.save()
    assert post(agent_user, "owed/claim", LINE)[0] == 202
    OwedCall.objects.update(claimed_by=queued().arguments["by"])
    assert max(map(len, OwedCall.objects.values_list("claimed_by", flat=True))) == 255


def test_calling_back_dials_the_number_as_it_was_told_from_the_own_phone(agent_user):
    phone = agent_user.agents.get()
    assert post(agent_user, "owed/call", {**LINE, "agent": phone.pk})[0] == 202
    asked = queued()
    assert (asked.kind, asked.queue, asked.agent) == ("originate", "6500", phone)
    assert (asked.arguments["number"], asked.arguments["context"]) == ("+493012345", "outbound-allroutes")
    assert (asked.arguments["interface"], asked.arguments["party"]) == ("PJSIP/1000", "+493012345")


def test_an_agent_settles_what_their_own_queues_owe_and_no_more(agent_user, other_agent):
    save_owed("6501")
    there = {**LINE, "queue": "6501"}
    for path, body in (("claim", there), ("release", there), ("close", there), ("call", {**there, "agent": 1})):
        assert post(agent_user, f"owed/{path}", body)[0] == 404
    assert post(other_agent, "owed/claim", there)[0] == 202


def test_who_was_logged_out_through_us_may_still_call_back(agent_user):
    Member.objects.filter(interface="PJSIP/1000").delete()
    assert post(agent_user, "owed/claim", LINE)[0] == 404
    agent_user.agents.update(usual_queues=[{"queue": "6500", "penalty": 0, "state_interface": ""}])
    assert post(agent_user, "owed/claim", LINE)[0] == 202


@pytest.mark.parametrize("path", ["release", "close"])
def test_supervisors_of_the_queue_overrule_claims_agents_do_not(agent_user, sales_lead, path):
    for user, may in ((agent_user, False), (sales_lead, True)):
        assert post(user, f"owed/{path}", LINE)[0] == 202
        assert Command.objects.latest("pk").arguments["may_overrule"] is may


def test_a_note_is_kept_as_one_line(agent_user):
    assert post(agent_user, "owed/close", {**LINE, "note": " Wrong number: was a fax "})[0] == 202
    assert queued().arguments["note"] == "Wrong number: was a fax"


HOSTILE = [
    ("owed/claim", {}, 422),
    ("owed/claim", {**LINE, "party": None}, 422),
    ("owed/claim", {**LINE, "party": "+493012345\r\nAction: Logoff"}, 422),
    ("owed/claim", {**LINE, "party": "+490000000"}, 404),
    ("owed/claim", {**LINE, "queue": "6599"}, 404),
    ("owed/claim", {**LINE, "pbx": "other"}, 404),
    ("owed/claim", {**LINE, "note": "x"}, 422),
    ("owed/close", {**LINE, "note": "a\nb"}, 422),
    ("owed/close", {**LINE, "note": "x" * 256}, 422),
    ("owed/call", LINE, 422),
    ("owed/call", {**LINE, "agent": 10**9}, 403),
    ("owed/call", {**LINE, "agent": "1; drop"}, 422),
]


@pytest.mark.parametrize(("path", "body", "status"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_makes_no_sense_is_refused_and_nothing_is_queued(supervisor, path, body, status):
    assert post(supervisor, path, body)[0] == status
    assert not Command.objects.exists()


def test_a_name_instead_of_a_number_cannot_be_called(agent_user):
    save_owed(party="alice@example.com")
    phone = agent_user.agents.get()
    status, answer = post(agent_user, "owed/call", {**LINE, "party": "alice@example.com", "agent": phone.pk})
    assert status == 422
    assert "number" in answer["detail"]


def test_a_phone_of_another_pbx_calls_nobody_back(agent_user):
    phone = Agent.objects.create(pbx="second", interface="PJSIP/1000", extension="1000", user=agent_user)
    status, answer = post(agent_user, "owed/call", {**LINE, "agent": phone.pk})
    assert (status, answer["detail"]) == (422, "Your phone belongs to another PBX.")


def test_without_the_pbx_a_line_can_be_claimed_but_nobody_called(agent_user):
    Link.objects.update(state="down", error="No route.")
    phone = agent_user.agents.get()
    assert post(agent_user, "owed/call", {**LINE, "agent": phone.pk}) == (422, {"detail": "No route."})
    assert post(agent_user, "owed/claim", LINE)[0] == 202


def test_without_a_worker_nothing_can_be_asked(agent_user):
    Link.objects.update(lease_expires_at=AT)
    for path in ("claim", "release", "close"):
        assert post(agent_user, f"owed/{path}", LINE)[0] == 422


def test_what_was_settled_is_listed_latest_first_for_those_who_see_the_queue(agent_user, sales_viewer, support_lead):
    for minutes, queue in enumerate(("6500", "6501", "6500")):
        told = {"closed_at": AT + timedelta(minutes=minutes), "closed_how": "by_hand", "closed_by": "Ada"}
        save_owed(queue, f"+49{minutes}", **told)
    everything = ["+492/6500", "+491/6501", "+490/6500"]
    assert closed(sales_viewer) == closed(agent_user) == ["+492/6500", "+490/6500"]
    assert closed(support_lead) == ["+491/6501"]
    assert closed(support_lead, queue="6500") == []
    Member.objects.create(pbx="main", queue="6501", interface="PJSIP/1000")
    assert closed(agent_user) == everything
    assert closed(agent_user, limit=1) == everything[:1]
    assert closed(agent_user, queue="6501", pbx="main") == ["+491/6501"]
    assert closed(agent_user, pbx="second") == []


@pytest.mark.parametrize("limit", ["0", "201", "x"])
def test_a_list_is_not_endless(supervisor, limit):
    client = Client()
    client.force_login(supervisor)
    assert client.get("/api/v1/owed/closed", {"limit": limit}).status_code == 422


def test_what_cannot_be_on_the_list_is_counted_for_the_queues_one_sees(supervisor, agent_user, support_lead):
    now = timezone.now()
    Queue.objects.update(today_since=now - timedelta(hours=1), today_lost=2, today_short_abandoned=1)
    for queue, number, seconds in (("6500", "anonymous", 30), ("6500", "", 2), ("6500", "0301", 30), ("6501", "", 30)):
        told = {"number": number, "hold_seconds": seconds, "outcome": "abandoned", "ended_at": now}
        call = save_call("main", f"{queue}-{number}-{seconds}", queue, **told)
        call.joined_at = now
        call.save()

    def counted(user):
        client = Client()
        client.force_login(user)
        told = client.get("/api/v1/owed/unlisted").json()
        return told["anonymous"], told["short"], told["lost"]

    assert counted(supervisor) == (2, 2, 4)
    assert counted(agent_user) == counted(support_lead) == (1, 1, 2)


def test_late_outages_are_told_but_for_blinks_and_other_peoples_pbxs(agent_user):
    now = timezone.now()
    ages = [("main", 60, 30), ("main", 20, 18), ("second", 60, 30), ("main", 3 * 86_400, 2 * 86_400)]
    for pbx, began, ended in ages:
        told = {"began_at": now - timedelta(seconds=began), "ended_at": now - timedelta(seconds=ended)}
        Outage.objects.create(pbx=pbx, **told)
    Outage.objects.create(pbx="main", began_at=now)
    client = Client()
    client.force_login(agent_user)
    told = client.get("/api/v1/owed/unlisted").json()["outages"]
    assert [(outage["pbx"], outage["ended_at"] is None) for outage in told] == [("main", False), ("main", True)]
