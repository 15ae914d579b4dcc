"""The group of supervisors and the usual pause reasons. Both are for people to change afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REASONS = ("Lunch", "Break", "Training", "Meeting", "After-call work")


def add_first_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    agent_type, _ = content_types.get_or_create(app_label="agents", model="agent")
    # Django makes permissions only after the last migration; it leaves one that is there already.
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=agent_type,
        codename="supervise",
        defaults={"name": "Watch every queue and act for every agent"},
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Supervisors")
    group.permissions.add(permission)
    reasons = apps.get_model("agents", "PauseReason").objects
    for position, name in enumerate(REASONS):
        reasons.get_or_create(name=name, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add_first_rows, migrations.RunPython.noop)]
