"""Teams and accounts in the administration; and that an administrator cannot become more than one."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from agents.models import Agent, Team
from agents.permissions import Role, visible_scope
from queues.models import Queue
from tests.conftest import team
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows(db):
    save_board()


@pytest.fixture
def administrator(db) -> User:
    """One of the group, not a superuser."""
    user = User.objects.create_user("chief", password="chief's secret", is_staff=True)
    user.groups.add(administrators())
    return user


def administrators() -> Group:
    """The group, with the rights that count here; the rest is in the tests of the first rows."""
    group, is_new = Group.objects.get_or_create(name="Administrators")
    if is_new:
        codenames = ("supervise", "view_user", "add_user", "change_user", "view_team", "add_team", "change_team")
        group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return group


@pytest.fixture
def browser(administrator) -> Client:
    browser = Client()
    browser.force_login(administrator)
    return browser


def of_team(page: str, *args: object) -> str:
    return reverse(f"admin:agents_team_{page}", args=args)


def of_user(page: str, *args: object) -> str:
    return reverse(f"admin:auth_user_{page}", args=args)


def queue_id(number: str) -> int:
    return Queue.objects.get(pbx="main", number=number).pk


def test_an_administrator_makes_a_team_of_known_queues_and_it_works_at_once(browser, outsider, viewer):
    page = browser.get(of_team("add")).content.decode()
    assert "6500 Queue 6500 (main)" in page
    assert "6599 Gone (main, not on the PBX now)" in page
    body = {"name": "Sales", "known_queues": [queue_id("6500")], "supervisors": [outsider.pk], "viewers": [viewer.pk]}
    assert browser.post(of_team("add"), body).status_code == 302
    assert visible_scope(outsider).supervised == {("main", "6500")}
    assert visible_scope(viewer).watched == {("main", "6500")}


def test_a_team_is_changed_without_losing_queues_that_no_pbx_has_told_of_yet(browser, sales_lead):
    sales = Team.objects.get(name="Sales")
    sales.queues.create(pbx="planned", number="7000")
    page = browser.get(of_team("change", sales.pk)).content.decode()
    assert f'value="{queue_id("6500")}" selected' in page
    body = {"name": "Sales", "known_queues": [queue_id("6501")], "supervisors": [sales_lead.pk]}
    assert browser.post(of_team("change", sales.pk), body).status_code == 302
    assert visible_scope(sales_lead).supervised == {("main", "6501"), ("planned", "7000")}


def test_the_list_of_teams_names_and_counts_and_finds(browser, sales_lead, support_lead):
    for number in range(6502, 6508):
        team("Sales", str(number))
    page = browser.get(of_team("changelist")).content.decode()
    assert "7: 6500, 6502, 6503, 6504, …" in page
    assert "1: sales_lead" in page
    for query, names in (
        ({"q": "6501"}, {"Support"}),
        ({"queue": queue_id("6500")}, {"Sales"}),
        ({"queue": "x"}, None),
    ):
        shown = browser.get(of_team("changelist"), query).context["cl"].result_list
        assert {row.name for row in shown} == (names or {"Sales", "Support"})


def test_the_list_of_people_tells_role_teams_and_phones(browser, supervisor, sales_lead, viewer, agent_user, outsider):
    Team.objects.get(name="Sales").viewers.add(agent_user)
    people = {user.username: user for user in browser.get(of_user("changelist")).context["cl"].result_list}
    told = {name: people[name].scope.role for name in people}
    assert told == {
        "chief": Role.ADMINISTRATOR,
        "supervisor": Role.SUPERVISOR,
        "sales_lead": Role.SUPERVISOR,
        "viewer": Role.VIEWER,
        "agent": Role.VIEWER,
        "outsider": Role.NOBODY,
    }
    of_sales = browser.get(of_user("changelist"), {"team": Team.objects.get(name="Sales").pk}).context["cl"].result_list
    assert [user.username for user in of_sales] == ["agent", "sales_lead"]
    page = browser.get(of_user("changelist"), {"team": "x"}).content.decode()
    for text in ("Administrator", "Viewer", "sees nothing", "Sales (watches)", "1000"):
        assert text in page


def test_the_list_of_people_takes_as_many_queries_for_many_as_for_one(
    browser, agent_user, other_agent, django_assert_max_num_queries
):
    with django_assert_max_num_queries(25):
        browser.get(of_user("changelist"))
    for number in range(20):
        team("Sales", "6500").supervisors.add(User.objects.create_user(f"lead{number}"))
    with django_assert_max_num_queries(25):
        browser.get(of_user("changelist"))


def form(person: User, **changes: object) -> dict[str, object]:
    return {"username": person.username, "is_active": "on", **changes}


def test_an_administrator_makes_accounts_and_puts_them_into_groups_of_no_more_rights(browser):
    body = {"username": "new", "password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    assert browser.post(of_user("add"), {**body, "usable_password": "true"}).status_code == 302
    new = User.objects.get(username="new")
    supervising = Group.objects.create(name="Supervisors here")
    supervising.permissions.add(Permission.objects.get(content_type__app_label="agents", codename="supervise"))
    more = Group.objects.create(name="More than an administrator")
    more.permissions.add(Permission.objects.get(codename="delete_user"))
    page = browser.get(of_user("change", new.pk)).content.decode()
    assert "Supervisors here" in page
    assert "More than an administrator" not in page
    assert browser.post(of_user("change", new.pk), form(new, groups=[more.pk])).status_code == 200  # refused
    assert browser.post(of_user("change", new.pk), form(new, groups=[supervising.pk])).status_code == 302
    assert list(new.groups.all()) == [supervising]


def test_an_administrator_makes_no_superuser_and_gives_no_single_permission(browser, outsider, administrator):
    permission = Permission.objects.get(codename="delete_user").pk
    for person in (outsider, administrator):
        group = [administrators().pk] if person == administrator else []
        body = form(person, is_superuser="on", is_staff="on", user_permissions=[permission], groups=group)
        assert browser.post(of_user("change", person.pk), body).status_code == 302
        person.refresh_from_db()
        assert (person.is_superuser, person.user_permissions.count()) == (False, 0)


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("right", ["superuser", "permission", "group"])
def test_an_administrator_does_not_touch_who_has_more_rights(browser, outsider, right, is_active):
    permission = Permission.objects.get(codename="delete_user")
    if right == "permission":
        outsider.user_permissions.add(permission)
    if right == "group":
        group = Group.objects.create(name="More")
        group.permissions.add(permission)
        outsider.groups.add(group)
    User.objects.filter(pk=outsider.pk).update(is_superuser=right == "superuser", is_active=is_active)
    before = User.objects.values().get(pk=outsider.pk)
    assert browser.get(of_user("change", outsider.pk)).status_code == 200  # to look at
    assert browser.post(of_user("change", outsider.pk), form(outsider, first_name="Mallory")).status_code == 403
    body = {"password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    assert browser.post(f"/admin/auth/user/{outsider.pk}/password/", body).status_code == 403
    assert browser.post(of_user("delete", outsider.pk), {"post": "yes"}).status_code == 403
    assert User.objects.values().get(pk=outsider.pk) == before


def test_a_superuser_may_all_that(admin, outsider):
    browser = Client()
    browser.force_login(admin)
    permission = Permission.objects.get(codename="delete_user").pk
    body = form(outsider, is_superuser="on", user_permissions=[permission])
    assert browser.post(of_user("change", outsider.pk), body).status_code == 302
    outsider.refresh_from_db()
    assert (outsider.is_superuser, outsider.user_permissions.count()) == (True, 1)


def test_phones_without_a_login_are_found(admin, agent_user, other_agent):
    Agent.objects.create(pbx="main", interface="PJSIP/1002")
    browser = Client()
    browser.force_login(admin)
    shown = browser.get(reverse("admin:agents_agent_changelist"), {"user__isempty": 1}).context["cl"].result_list
    assert [agent.interface for agent in shown] == ["PJSIP/1002"]


def test_an_administrator_opens_what_they_need(admin, administrator):
    group = administrators()
    group.permissions.add(*Permission.objects.filter(content_type__app_label__in=("agents", "queues")))
    browser = Client()
    browser.force_login(administrator)
    assert browser.get("/admin/").status_code == 200
    for app, model in (("agents", "team"), ("agents", "agent"), ("agents", "command"), ("queues", "queue")):
        assert browser.get(reverse(f"admin:{app}_{model}_changelist")).status_code == 200


def test_an_administrator_lets_somebody_in_again_who_guessed_wrong_too_often(browser, administrator, agent_user):
    administrators().permissions.add(
        *Permission.objects.filter(codename__in=("view_accessattempt", "delete_accessattempt"))
    )
    guessing = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(30):
        guessing.post("/login/", {"username": "agent", "password": "guess"})
    right = {"username": "agent", "password": "agent's secret"}
    assert guessing.post("/login/", right).status_code != 302
    rows = [str(pk) for pk in AccessAttempt.objects.values_list("pk", flat=True)]
    body = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
    assert browser.post(reverse("admin:axes_accessattempt_changelist"), body).status_code == 302
    assert guessing.post("/login/", right).status_code == 302
