"""Stored roots of full subtrees."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A table that the sequencer fills as it goes."""
    run_sql("0009_nodes.sql", schema_editor)


class Migration(migrations.Migration):
    """What proofs are made from."""

    dependencies = [("ledger", "0008_kinds")]
    operations = [migrations.RunPython(create)]
