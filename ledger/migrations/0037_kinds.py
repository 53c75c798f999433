"""Loans are paid out, paid back, classed by arrears and closed."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "65fe3aa6c62e6c8de7493db773044a8efea6c9ae5e63ac7d5e903135a966b7a2"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0036_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
