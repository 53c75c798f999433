"""Fencing of sequencers, and witnesses' cosignatures."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the tables."""
    run_sql("0018_witnessed.sql", schema_editor)


class Migration(migrations.Migration):
    """An old ledger goes on: its next checkpoint is the first to be cosigned."""

    dependencies = [("ledger", "0017_kinds")]
    operations = [migrations.RunPython(create)]
