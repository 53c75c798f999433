"""The kinds of event, their writers and payload rules."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "4d67b71d25c8a41532fde6058b7d6630ce334f3f08d20e28cdfb90685424d96e"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
