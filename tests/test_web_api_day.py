"""An agent's own day: their own figures, and a mean that names nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from agents.models import Agent
from queues.models import Member, MissedRing, PauseSpell, Queue
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db
ADA = "PJSIP/1000"


@pytest.fixture(autouse=True)
def since(db) -> datetime:
    save_board()
    began = timezone.now() - timedelta(hours=4)
    Queue.objects.update(today_since=began)
    return began


def spell(interface: str, reason: str, began_at: datetime, seconds: int) -> None:
    ended_at = began_at + timedelta(seconds=seconds)
    PauseSpell.objects.create(pbx="main", interface=interface, reason=reason, began_at=began_at, ended_at=ended_at)


def day(client, user) -> dict:
    client.force_login(user)
    return client.get("/api/v1/me/day").json()


def test_calls_missed_rings_and_pauses_since_the_day_began(client, agent_user, since):
    Agent.objects.filter(interface=ADA).update(calls_today=7, talk_seconds_today=900, state="available")
    spell(ADA, "Lunch", since + timedelta(hours=1), 1800)
    spell(ADA, "Mail", since + timedelta(hours=2), 60)
    spell(ADA, "Mail", since + timedelta(hours=3), 60)
    spell(ADA, "Night", since - timedelta(hours=5), 3600)
    for seconds in (1, 2):
        MissedRing.objects.create(pbx="main", interface=ADA, queue="6500", at=since + timedelta(seconds=seconds))
    MissedRing.objects.create(pbx="main", interface=ADA, queue="6500", at=since - timedelta(seconds=1))
    (told,) = day(client, agent_user)["phones"]
    assert (told["calls"], told["talk_seconds"], told["missed"]) == (7, 900, 2)
    assert told["pauses"] == [
        {"reason": "Lunch", "count": 1, "seconds": 1800},
        {"reason": "Mail", "count": 2, "seconds": 120},
    ]


def test_a_pause_over_the_days_beginning_counts_from_then_and_one_under_way_until_now(client, agent_user, since):
    spell(ADA, "Lunch", since - timedelta(hours=1), 3600 + 90)
    begun = timezone.now() - timedelta(seconds=30)
    Agent.objects.filter(interface=ADA).update(state="paused", pause_reason="Mail", state_since=begun)
    (told,) = day(client, agent_user)["phones"]
    seconds = {pauses["reason"]: pauses["seconds"] for pauses in told["pauses"]}
    assert seconds["Lunch"] == 90
    assert 29 <= seconds["Mail"] <= 60


def colleagues(count: int) -> None:
    for number in range(count):
        interface = f"PJSIP/2{number:03}"
        Agent.objects.create(pbx="main", interface=interface, calls_today=number, talk_seconds_today=60, name="Eve")
        Member.objects.create(pbx="main", queue="6500", interface=interface)


def test_the_mean_is_of_those_who_work_today_and_names_nobody(client, agent_user, since):
    Agent.objects.exclude(interface=ADA).update(state="logged_out", calls_today=0)
    colleagues(4)
    told = day(client, agent_user)
    # The colleague with no call and no login does not work today.
    assert told["average"] == {"agents": 3, "calls": 2.0, "missed": 0.0, "talk_seconds": 60.0, "pause_seconds": 0.0}
    assert "Eve" not in str(told)


def test_of_too_few_no_mean_is_told(client, agent_user, since):
    Agent.objects.exclude(interface=ADA).update(state="logged_out", calls_today=0)
    colleagues(2)
    assert day(client, agent_user)["average"] is None


def test_who_has_no_phone_has_no_day(client, supervisor):
    assert day(client, supervisor) == {"phones": [], "average": None}


def test_without_a_queue_the_day_begins_at_midnight(client, agent_user):
    Member.objects.filter(interface=ADA).delete()
    (told,) = day(client, agent_user)["phones"]
    began = datetime.fromisoformat(told["since"]).astimezone(UTC)
    assert began <= timezone.now() < began + timedelta(days=1)
