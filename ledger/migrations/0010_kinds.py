"""Versions of products: proposed, put in force or rejected; a new product names its first."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "d0f964b4da01b55e65429d729a3af725131b80993ed41cb885caf2f4a072df87"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0009_nodes")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
