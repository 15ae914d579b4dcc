"""Groups for the usual roles, with what each needs. People may change them afterwards."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SUPERVISORS, VIEWERS, ADMINISTRATORS = "Supervisors of all queues", "Viewers of all queues", "Administrators"

#: App, and model as Django calls it in permissions: what an administrator of this product does with it in the admin.
#: Nobody deletes people, because what they did would then be nobody's; they are switched off.
ADMINISTRATION = {
    ("agents", "agent"): ("view", "change"),
    ("agents", "team"): ("view", "add", "change", "delete"),
    ("agents", "team queue"): ("view", "add", "change", "delete"),
    ("agents", "pause reason"): ("view", "add", "change", "delete"),
    ("agents", "command"): ("view",),
    ("agents", "api token"): ("view", "change"),
    ("auth", "user"): ("view", "add", "change"),
    # Whoever guessed wrong too often is let in again at once when these rows are deleted.
    ("axes", "access attempt"): ("view", "delete"),
    ("queues", "queue"): ("view", "change"),
    ("queues", "link"): ("view",),
    ("queues", "member"): ("view",),
    ("queues", "call"): ("view",),
}


def permission(apps: Apps, app: str, model: str, codename: str, name: str) -> Any:
    """Django makes permissions only after the last migration; it leaves one that is there already."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.get_or_create(content_type=kind, codename=codename, defaults={"name": name})[0]


def add_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group").objects
    if not groups.filter(name=SUPERVISORS).exists():
        groups.filter(name="Supervisors").update(name=SUPERVISORS)
    supervise = permission(apps, "agents", "agent", "supervise", "Watch every queue and act for every agent")
    watch = permission(apps, "agents", "agent", "watch", "Watch every queue, and do nothing")
    groups.get_or_create(name=SUPERVISORS)[0].permissions.add(supervise)
    groups.get_or_create(name=VIEWERS)[0].permissions.add(watch)
    administrators = groups.get_or_create(name=ADMINISTRATORS)[0]
    administrators.permissions.add(supervise)
    for (app, called), words in ADMINISTRATION.items():
        model = called.replace(" ", "")
        for word in words:
            name = f"Can {word} {called}"
            administrators.permissions.add(permission(apps, app, model, f"{word}_{model}", name))


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_commands_made_once"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop)]
