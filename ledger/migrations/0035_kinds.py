"""A bank signs an agreement at the signer."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "5c92775cc2f576fbde247c2081b274d5a40f3dc5154f351ad695e3bb2c149fec"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0034_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
