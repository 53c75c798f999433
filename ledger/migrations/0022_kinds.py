"""The ledger's signing key is changed: announced, retired."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.schema import run_sql, sync_kinds

REGISTRY_DIGEST = "f578b7a93672c36e714463b5c2700edc19125d2ae7dcc2d710b0d549c02d0cb3"


def allow(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever changes the key has to see that checkpoints carry both."""
    run_sql("0022_key_rights.sql", schema_editor)


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0021_times")]
    operations = [
        migrations.RunPython(sync_kinds, migrations.RunPython.noop),
        migrations.RunPython(allow),
    ]
