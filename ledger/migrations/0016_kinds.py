"""Offers are made; a decision's record is named by its digest."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "10ea4199fb321260a7871feed56969980b2925ef5587c5845b2a90ca803d9f28"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0015_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
