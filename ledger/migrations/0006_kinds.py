"""Consents superseded, given back, expired, ended with their key; erased data per consent."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "b586c29fd46f43b2c54c8d9ebdfcc2c97f0964b13c4a8dac7177bc2c7b047c21"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0005_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
