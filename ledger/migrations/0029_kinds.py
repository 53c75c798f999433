"""The words of an old complaint are erased."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "c6b5ebff3cff65924e7d013471b1db92a04b0c4eaf065477edd1202a890255fa"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0028_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
