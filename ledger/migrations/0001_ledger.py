"""Tables, functions, triggers and rights of the ledger."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql


def create(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Build the schema; one file for what stands, one for who may touch it."""
    for part in ("0001_tables.sql", "0001_functions.sql", "0001_rights.sql"):
        run_sql(part, schema_editor)


class Migration(migrations.Migration):
    """The ledger's schema; there is no way back from the first event on."""

    operations = [migrations.RunPython(create)]
