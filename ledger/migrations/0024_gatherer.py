"""A log-in of its own for the process that speaks with witnesses."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def allow(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Hashes to read, witnesses' lines to write."""
    run_sql("0024_gatherer.sql", schema_editor)


class Migration(migrations.Migration):
    """Rights only."""

    dependencies = [("ledger", "0023_kinds")]
    operations = [migrations.RunPython(allow)]
