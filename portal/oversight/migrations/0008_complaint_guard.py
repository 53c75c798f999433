"""The guard over what was said in complaints."""

from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GUARD = Path(__file__).with_name("0008_complaint_guard.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was said stays as it was said."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0007_bank_statements"),
    ]

    operations = [
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
