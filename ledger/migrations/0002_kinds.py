"""The kinds of event, their writers and payload rules."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "b2383a7534db8ccc1d06f615e1baa7c2c90b7668d49ebed957dbe331238bb15b"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
