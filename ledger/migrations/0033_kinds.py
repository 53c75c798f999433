"""Hints about a firm's invoices are recorded beside its score."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "b03e52f8822eacfd7bab62bea7efb1b01b7738361728485861cb7b3fb778ee52"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0032_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
