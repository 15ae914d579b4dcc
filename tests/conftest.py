"""The standing people of the tests. Every view and the socket is tried by all of them, and by nobody.

`agent_user` sits at PJSIP/1000 and `other_agent` at PJSIP/1001, both phones of the PBX "main". `sales_lead` supervises
the team of its queue 6500 and `sales_viewer` watches that, `support_lead` supervises the one of 6501; `supervisor` does
so everywhere and `viewer` watches everything; `outsider` can log in and has no rights at all.
"""

import os

import hypothesis
import pytest
from django.contrib.auth.models import Permission, User

from agents.models import Agent, Team

pytest_plugins = ["tests.support.serving", "tests.support.browser", "tests.support.servers"]

#: Files of tests that start processes and browsers and mostly wait for them. None of them uses this process's database:
#: pytest-django has an order for those that do.
_WAITING = ("test_browser_", "test_scale_", "test_bench_", "test_web_demo", "test_web_serve")


# How long an example takes says how busy the machine is. (With CI set, hypothesis has a profile for that itself.)
hypothesis.settings.register_profile("patient", deadline=None)
if not os.environ.get("CI"):
    hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: of those that are run beside each other none is left for the end."""
    items.sort(key=lambda item: not item.path.name.startswith(_WAITING))


def _sits_at(user: User, interface: str, name: str) -> None:
    """The phone may be there already: a test's board names it too."""
    known = {"extension": interface[-4:], "name": name, "user": user}
    Agent.objects.update_or_create(pbx="main", interface=interface, defaults=known)


def _person(username: str) -> User:
    return User.objects.create_user(username, password=f"{username}'s secret")


def _may(user: User, codename: str) -> User:
    user.user_permissions.add(Permission.objects.get(content_type__app_label="agents", codename=codename))
    return user


def team(name: str, number: str) -> Team:
    """The team of this queue of the PBX "main"."""
    found, _is_new = Team.objects.get_or_create(name=name)
    found.queues.get_or_create(pbx="main", number=number)
    return found


@pytest.fixture
def supervisor(db) -> User:
    return _may(_person("supervisor"), "supervise")


@pytest.fixture
def viewer(db) -> User:
    return _may(_person("viewer"), "watch")


@pytest.fixture
def sales_lead(db) -> User:
    user = _person("sales_lead")
    team("Sales", "6500").supervisors.add(user)
    return user


@pytest.fixture
def sales_viewer(db) -> User:
    user = _person("sales_viewer")
    team("Sales", "6500").viewers.add(user)
    return user


@pytest.fixture
def support_lead(db) -> User:
    user = _person("support_lead")
    team("Support", "6501").supervisors.add(user)
    return user


@pytest.fixture
def agent_user(db) -> User:
    user = _person("agent")
    _sits_at(user, "PJSIP/1000", "Ada")
    return user


@pytest.fixture
def other_agent(db) -> User:
    user = _person("other")
    _sits_at(user, "PJSIP/1001", "Bob")
    return user


@pytest.fixture
def outsider(db) -> User:
    return _person("outsider")


@pytest.fixture
def admin(db) -> User:
    return User.objects.create_superuser("admin", password="admin's secret")
