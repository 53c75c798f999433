"""The kinds of event, their writers and payload rules."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "1a8a02203ac97c9ffe480c3399a4e787bbe923a2a1d2c3d3d5f0bc3c4cad45c5"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
