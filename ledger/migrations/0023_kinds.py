"""The words of a closed case are erased."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "a617f7085166e53f1f8956d6b2f63476b1286babdd9c9a7542e2c4a7d1e7844e"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0022_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
