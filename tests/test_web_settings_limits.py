"""The settings pages of limits and hours: what is saved, and what is refused in words."""

import pytest
from django.urls import reverse

from queues.live.limits import Limit as Bounds
from queues.models import Limit, OpeningHours, Queue
from queues.wishes import load_wishes
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board(db):
    save_board()


def pk(number: str) -> int:
    return Queue.objects.get(number=number).pk


HOURS = {"time_zone": "Europe/Berlin", "week_0_0_from": "08:00", "week_0_0_to": "17:00", "country": "DE"}


# --- limits -----------------------------------------------------------------------------------------------------


def test_limits_of_a_queue_are_saved_as_the_worker_reads_them_and_forgotten_again(client, sales_lead):
    client.force_login(sales_lead)
    address = reverse("settings-limits-queue", args=[pk("6500")])
    sent = {"waiting_amber": "3", "waiting_red": "5", "longest_wait_never": "on", "service_level_red": "62.5"}
    assert client.post(address, sent).status_code == 302
    assert load_wishes("main").limits == {
        ("6500", "waiting"): Bounds(3, 5),
        ("6500", "longest_wait"): Bounds(),
        ("6500", "service_level"): Bounds(None, 62.5),
    }
    shown_again = client.get(address).content.decode()
    assert 'name="waiting_red" value="5"' in shown_again
    assert client.post(address, {}).status_code == 302
    assert Limit.objects.count() == 0


def test_the_page_tells_what_holds_where_nothing_is_entered(client, supervisor):
    client.force_login(supervisor)
    client.post(reverse("settings-limits-all", args=["main", "queues"]), {"waiting_red": "10"})
    told = client.get(reverse("settings-limits-queue", args=[pk("6500")])).content.decode()
    for name, value in (
        ("waiting_red", "10"),
        ("waiting_amber", "7"),
        ("longest_wait_red", "20"),
        ("free_agents_red", "–"),
    ):
        field = told.split(f'name="{name}"')[1].split(">")[0]
        assert f'placeholder="{value}"' in field
    told = client.get(reverse("settings-limits-all", args=["main", "agents"])).content.decode()
    assert 'placeholder="30"' in told.split('name="ringing_red"')[1].split(">")[0]
    assert client.get(reverse("settings-limits-all", args=["main", "everything"])).status_code == 404
    assert client.get(reverse("settings-limits-all", args=["elsewhere", "queues"])).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"waiting_amber": "6", "waiting_red": "5"},
        {"service_level_amber": "50", "service_level_red": "60"},
        {"service_level_red": "101"},
        {"waiting_red": "-1"},
        {"waiting_red": "nan"},
        {"waiting_red": "inf"},
        {"waiting_red": "many"},
    ],
    ids=str,
)
def test_limits_that_make_no_sense_are_refused(sent, client, sales_lead):
    client.force_login(sales_lead)
    response = client.post(reverse("settings-limits-queue", args=[pk("6500")]), sent)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert Limit.objects.count() == 0


# --- hours ------------------------------------------------------------------------------------------------------


def test_hours_are_saved_as_the_worker_reads_them_and_forgotten_again(client, sales_lead):
    client.force_login(sales_lead)
    address = reverse("settings-hours-queue", args=[pk("6500")])
    sent = HOURS | {"quiet_6_0_from": "22:00", "quiet_6_0_to": "06:00", "closed_days": "2026-12-31, 2026-12-24"}
    assert client.post(address, sent).status_code == 302
    saved = OpeningHours.objects.get()
    assert (saved.pbx, saved.queue, saved.time_zone, saved.country) == ("main", "6500", "Europe/Berlin", "DE")
    assert (saved.week, saved.quiet) == ([[0, "08:00", "17:00"]], [[6, "22:00", "06:00"]])
    assert saved.closed_days == ["2026-12-24", "2026-12-31"]
    assert load_wishes("main").hours["6500"].span(AT).is_open  # a Monday at ten o'clock there
    listed = client.get(reverse("settings-hours")).content.decode()
    assert "Mo 08:00–17:00" in listed
    assert 'value="08:00"' in client.get(address).content.decode()
    assert client.post(address, {"forget": "1"}).status_code == 302
    assert OpeningHours.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"time_zone": "Mars/Olympus"},
        {"week_0_0_to": ""},
        {"week_0_0_from": "25:00"},
        {"country": "XX"},
        {"subdivision": "Atlantis"},
        {"closed_days": "tomorrow"},
    ],
    ids=str,
)
def test_hours_that_make_no_sense_are_refused(sent, client, sales_lead):
    client.force_login(sales_lead)
    assert client.post(reverse("settings-hours-queue", args=[pk("6500")]), HOURS | sent).status_code == 422
    assert OpeningHours.objects.count() == 0
