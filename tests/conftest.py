"""The standing people of the tests. Every view and the socket is tried by all of them, and by nobody.

`agent_user` sits at PJSIP/1000 and `other_agent` at PJSIP/1001, both phones of the PBX "main"; `outsider` can
log in and has no rights at all.
"""

import pytest
from django.contrib.auth.models import Permission, User

from agents.models import Agent

pytest_plugins = ["tests.support.browser", "tests.support.servers"]


def _sits_at(user: User, interface: str, name: str) -> None:
    """The phone may be there already: a test's board names it too."""
    known = {"extension": interface[-4:], "name": name, "user": user}
    Agent.objects.update_or_create(pbx="main", interface=interface, defaults=known)


def _person(username: str) -> User:
    return User.objects.create_user(username, password=f"{username}'s secret")


@pytest.fixture
def supervisor(db) -> User:
    user = _person("supervisor")
    user.user_permissions.add(Permission.objects.get(content_type__app_label="agents", codename="supervise"))
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
