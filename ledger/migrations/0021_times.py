"""Entries can be looked for by their time."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A function and two indexes."""
    run_sql("0021_times.sql", schema_editor)


class Migration(migrations.Migration):
    """What the explorer's filter by time walks along."""

    dependencies = [("ledger", "0020_halts")]
    operations = [migrations.RunPython(create)]
