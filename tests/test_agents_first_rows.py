"""What a new database has, and what an older one becomes."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from agents.models import PauseReason
from agents.permissions import Role, visible_scope

pytestmark = pytest.mark.django_db


def migrate(name: str) -> None:
    """Add the rows of this migration of `agents`."""
    module = import_module(f"agents.migrations.{name}")
    (module.add_groups if hasattr(module, "add_groups") else module.add_first_rows)(apps, None)


@pytest.fixture(autouse=True)
def first_rows(db):
    """As a new database has them; other tests may have emptied the tables."""
    Group.objects.all().delete()
    PauseReason.objects.all().delete()
    for name in ("0002_first_rows", "0005_groups"):
        migrate(name)


ROLES = {"Supervisors of all queues": Role.SUPERVISOR, "Viewers of all queues": Role.VIEWER}


@pytest.mark.parametrize("name", ROLES)
def test_a_new_database_has_a_group_for_each_role_of_the_floor(outsider, name):
    outsider.groups.add(Group.objects.get(name=name))
    assert visible_scope(outsider).role is ROLES[name]


def test_administrators_are_those_of_the_group_who_may_log_in_to_the_administration(outsider):
    outsider.groups.add(Group.objects.get(name="Administrators"))
    assert visible_scope(outsider).role is Role.SUPERVISOR
    outsider.is_staff = True
    assert visible_scope(outsider).role is Role.ADMINISTRATOR


def test_administrators_hold_permissions_that_exist_and_none_that_make_others_powerful():
    held = Group.objects.get(name="Administrators").permissions.select_related("content_type")
    # Django made them all: none is misspelt in the migration.
    for permission in held:
        model = permission.content_type.model_class()
        default = {
            f"{word}_{model._meta.model_name}": f"Can {word} {model._meta.verbose_name}"
            for word in model._meta.default_permissions
        }
        assert {**default, **dict(model._meta.permissions)}[permission.codename] == permission.name
    codenames = {permission.codename for permission in held}
    assert not codenames & {"delete_user", "add_group", "change_group", "add_permission", "change_permission"}


def test_an_older_databases_supervisors_keep_their_rights_under_the_new_name(outsider):
    Group.objects.all().delete()
    migrate("0002_first_rows")
    older = Group.objects.get(name="Supervisors")
    outsider.groups.add(older)
    for _again in range(2):
        migrate("0005_groups")
    older.refresh_from_db()
    assert older.name == "Supervisors of all queues"
    assert visible_scope(outsider).role is Role.SUPERVISOR
    assert Group.objects.count() == 3


def test_a_new_database_has_the_usual_pause_reasons_in_order():
    names = list(PauseReason.objects.values_list("name", flat=True))
    assert names == ["Lunch", "Break", "Training", "Meeting", "After-call work"]
