"""One index of the entries less, and the others quicker to keep."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Entries of a kind are walked by time."""
    run_sql("0026_fewer_indexes.sql", schema_editor)


class Migration(migrations.Migration):
    """What an event costs while it is appended."""

    dependencies = [("ledger", "0025_check_range")]
    operations = [migrations.RunPython(create)]
