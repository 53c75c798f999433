"""A firm hands in documents with its application."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "7c2353fe68d9bcbe23797097e5f185e2f6f09508428160e30344cb7993ff71a0"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0014_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
