"""Confirmed addresses, set passwords, removed second factors, invitations, products."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "4213fa7579d5835e67723d966c577fd4fd667cc3a562305212df079b478ddb05"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0002_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
