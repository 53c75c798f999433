"""The bank concerned states its side of a complaint."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "31e02661806eae23c6b32c713ceb0d41b2f42a8acd491eda1b4980527dbff2d5"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0031_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
