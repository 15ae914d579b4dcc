"""The standing people of the tests. Every view and the socket is tried by all of them, and by nobody.

`agent_user` sits at PJSIP/1000 and `other_agent` at PJSIP/1001, both phones of the PBX "main"; `outsider` can
log in and has no rights at all.
"""

import pytest
from django.contrib.auth.models import Permission, User

from agents.models import Agent


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
    Agent.objects.create(pbx="main", interface="PJSIP/1000", extension="1000", name="Ada", user=user)
    return user


@pytest.fixture
def other_agent(db) -> User:
    user = _person("other")
    Agent.objects.create(pbx="main", interface="PJSIP/1001", extension="1001", name="Bob", user=user)
    return user


@pytest.fixture
def outsider(db) -> User:
    return _person("outsider")


@pytest.fixture
def admin(db) -> User:
    return User.objects.create_superuser("admin", password="admin's secret")
