"""A mandate's end; why a consent is paused or withdrawn, where it was not its firm's wish."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "8a644455c3473340b59a4d7f8de6eb599eb1bd01c5c5b0ddff10022ba4e6d444"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0029_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
