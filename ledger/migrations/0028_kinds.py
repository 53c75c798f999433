"""Looks of a bank's people and systems at what was learnt from tax data."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "1a86150f3aabc2ff45de7406ed8a4de7225b2ff5e2e107273937b1e74427b4e4"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0027_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
