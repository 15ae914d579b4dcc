"""How many agents a queue needs now is explained by API. Who may ask is in the table of test_web_api_permissions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from queues.models import Call, Link, Queue
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board(db):
    """A link that has been up for long; since midnight nobody called."""
    save_board()
    Call.objects.all().delete()
    began = timezone.now() - timedelta(hours=8)
    Link.objects.update(since=began)
    Queue.objects.update(today_since=began, wrap_up_seconds=15, staff_present=10, target_seconds=20)


def calls(count: int, outcome: str = "completed") -> None:
    """As many calls in half an hour, each of which keeps an agent busy for three minutes."""
    now = timezone.now()
    for n in range(count):
        joined_at = now - timedelta(minutes=29) + n * timedelta(minutes=25) / count
        is_answered = outcome == "completed"
        told = {"answered_at": joined_at + timedelta(seconds=15), "talk_seconds": 165} if is_answered else {}
        Call.objects.create(
            pbx="main",
            uniqueid=f"{outcome}{n}",
            queue="6500",
            joined_at=joined_at,
            ended_at=joined_at + timedelta(seconds=180 if is_answered else 60),
            hold_seconds=15 if is_answered else 60,
            outcome=outcome,
            **told,
        )


def explained(user) -> dict:
    client = Client()
    client.force_login(user)
    response = client.get("/api/v1/queues/main/6500/staffing")
    assert response.status_code == 200
    return response.json()


def test_the_number_comes_with_all_that_went_into_it(viewer):
    calls(100)
    told = explained(viewer)
    words = told.pop("formula")
    assert told == {
        "needed": 14,
        "present": 10,
        "short": 4,
        "calls": 100,
        "minutes": 30.0,
        "arrival_per_hour": 200.0,
        "handle_seconds": 180.0,
        "patience_seconds": None,
        "erlang_c": 14,
        "erlang_a": None,
        "service_level": 0.0,
        "target_seconds": 20,
        "target_percent": 80,
        "too_small": False,
    }
    assert words.startswith("100 callers in 30 minutes × 180 s with an agent, wrap-up included = 10.0 agents busy")


def test_callers_who_give_up_are_another_model(viewer):
    calls(80)
    calls(20, "abandoned")
    told = explained(viewer)
    assert told["patience_seconds"] == 120.0
    assert told["erlang_a"] < told["erlang_c"] == told["needed"]


def test_enough_agents_lack_none_and_have_a_level(viewer):
    calls(100)
    Queue.objects.update(staff_present=16)
    told = explained(viewer)
    assert (told["short"], told["service_level"]) == (0, 97.1)


def test_too_few_calls_say_nothing(viewer):
    calls(9)
    told = explained(viewer)
    assert told["too_small"] is True
    assert [told[name] for name in ("needed", "short", "erlang_c", "erlang_a", "service_level")] == [None] * 5
    assert told["formula"].startswith("Too few calls to tell")


def test_neither_does_a_link_that_has_just_come_back(viewer):
    calls(100)
    Link.objects.update(since=timezone.now() - timedelta(minutes=1))
    assert explained(viewer)["too_small"] is True


def test_of_a_queue_that_is_gone_there_is_nothing(viewer):
    client = Client()
    client.force_login(viewer)
    assert client.get("/api/v1/queues/main/6599/staffing").status_code == 404
