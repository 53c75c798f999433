"""Incidents are opened, reported and closed."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "54e7ada71cb1c8f4a991957b69205ca46c27f2e870623a2892d04b9c253ec49e"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0018_witnessed")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
