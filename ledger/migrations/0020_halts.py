"""Why signing stopped."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A row each time; a later checkpoint says that it is over."""
    run_sql("0020_halts.sql", schema_editor)


class Migration(migrations.Migration):
    """What the pages say while nothing is signed."""

    dependencies = [("ledger", "0019_kinds")]
    operations = [migrations.RunPython(create)]
