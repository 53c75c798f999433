"""Ends of consents are acknowledged through the gate; a firm's wish that kept records go."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "60ee5449b3a80d2a77b72575176e1ea4ff5833699fd31400414cdc3aab6d2939"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0007_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
