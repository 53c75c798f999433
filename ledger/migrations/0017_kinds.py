"""Offers are accepted, expire and become agreements; a firm asks for a person."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "ba3a6bce61ecf866ac9d22079ffe904c49d8ac99bd82923d6e024908e63b6323"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0016_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
