"""Old rows of the activity log go by one function that has the rule in it."""

from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RULE = Path(__file__).with_name("0003_activity_ends.sql")


def rule(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The function is the log's owner's, and web may call it."""
    text = RULE.read_text(encoding="utf-8").replace("{prefix}", settings.ROLE_PREFIX)
    schema_editor.execute(text, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_activity_by_time"),
        ("disclosure", "0002_decided_by_another"),
    ]
    operations = [migrations.RunPython(rule, migrations.RunPython.noop)]
