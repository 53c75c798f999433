"""Firms that a bank watches over are scored anew, one by one and as a run."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "19b94fe335d1d8d5b7c4f6c474ca23bbaf4c993f3bf83fa3dcb9d5fad04f269d"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0035_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
