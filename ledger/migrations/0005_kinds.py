"""Scores carry a commitment, can be replayed, and the figures behind them erased."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "efc2e920cf23d9377036a2e72b615ec62719c5bceaea378e880bd7374ba0c76f"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0004_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
