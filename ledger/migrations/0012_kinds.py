"""Tokens of banks' systems: made and revoked."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "c580142d332456b73a5f795ccca3a7f74f955303bf6df555b5dcc6afadca89b3"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0011_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
