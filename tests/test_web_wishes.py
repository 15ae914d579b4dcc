"""What people set in the database is what a worker judges its board by; what makes no sense is left out."""

import pytest
from django.contrib.auth.models import User

from agents.models import PauseReason
from queues.live.concerns import Severity
from queues.live.limits import Limit as Bounds
from queues.live.rules import Condition, Rule, Watched
from queues.models import AlertRule, Limit, OpeningHours
from queues.wishes import load_wishes

pytestmark = pytest.mark.django_db

CROWD = [{"figure": "waiting", "operator": ">", "value": 3}]


def rules(pbx="main"):
    return {rule.name: rule for rule in load_wishes(pbx).rules}


def save_rule(name, **fields):
    return AlertRule.objects.create(**{"name": name, "conditions": CROWD} | fields)


def test_limits_of_this_pbx_and_budgets_of_all():
    Limit.objects.create(pbx="main", queue="6500", figure="waiting", amber=2, red=5)
    Limit.objects.create(pbx="main", figure="talk", red=600)
    Limit.objects.create(pbx="main", figure="ringing", red=1e300)
    Limit.objects.create(pbx="other", figure="waiting", red=1)
    PauseReason.objects.all().delete()
    PauseReason.objects.create(name="Lunch", budget_minutes=30)
    PauseReason.objects.create(name="Mail")
    wishes = load_wishes("main")
    assert wishes.limits == {("6500", "waiting"): Bounds(2, 5), ("", "talk"): Bounds(None, 600)}
    assert wishes.budgets == {"Lunch": 30}


def test_a_rule_is_read_as_it_was_set():
    row = save_rule("Crowd", severity="amber", hold_seconds=5, recover_seconds=7, only_when_open=False)
    assert load_wishes("main").rules == (
        Rule(row.pk, "Crowd", (Condition(Watched.WAITING, ">", 3.0),), None, Severity.AMBER, 5, 7, False),
    )


def test_a_rule_is_about_its_queues_else_about_all_that_its_owner_sees(viewer, sales_lead, outsider):
    save_rule("Anybody's")
    save_rule("Named", queues=[["main", "6500"], ["other", "7000"]])
    save_rule("Elsewhere", queues=[["other", "7000"]])
    save_rule("Viewer's", owner=viewer)
    save_rule("Lead's", owner=sales_lead)
    save_rule("Outsider's", owner=outsider)
    gone = User.objects.create(username="gone", is_active=False, is_superuser=True)
    save_rule("Gone's", owner=gone)
    assert {name: rule.queues for name, rule in rules().items()} == {
        "Anybody's": None,
        "Named": {"6500"},
        "Viewer's": None,
        "Lead's": {"6500"},
    }


def test_rules_that_are_off_or_make_no_sense_are_left_out():
    save_rule("Off", is_enabled=False)
    save_rule("Odd", conditions=[{"figure": "weather"}])
    save_rule("Odder", queues=[1, 2])
    save_rule("Good")
    assert set(rules()) == {"Good"}


def test_hours_that_make_no_sense_are_left_out():
    OpeningHours.objects.create(pbx="main", queue="6500", time_zone="Europe/Berlin", week=[[0, "08:00", "17:00"]])
    OpeningHours.objects.create(pbx="main", queue="6501", time_zone="Mars/Olympus")
    OpeningHours.objects.create(pbx="other", time_zone="UTC")
    hours = load_wishes("main").hours
    assert set(hours) == {"6500"}
    assert hours["6500"].zone.key == "Europe/Berlin"


def test_the_same_rows_are_the_same_wishes(sales_lead, django_assert_max_num_queries):
    save_rule("Lead's", owner=sales_lead)
    OpeningHours.objects.create(pbx="main", time_zone="Europe/Berlin", country="DE", week=[[0, "08:00", "17:00"]])
    with django_assert_max_num_queries(9):
        before = load_wishes("main")
    assert load_wishes("main") == before
