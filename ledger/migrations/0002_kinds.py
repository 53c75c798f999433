"""The kinds of event, their writers and payload rules."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "99a0b85294b35e1d02f6d1c02f8cd01f9dfa08e4ed0b4cd99e349659669dd546"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
