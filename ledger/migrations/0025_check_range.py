"""A check says which entries it hashed again."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def add(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A column, and the right to fill it."""
    run_sql("0025_check_range.sql", schema_editor)


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("ledger", "0024_gatherer")]
    operations = [migrations.RunPython(add)]
