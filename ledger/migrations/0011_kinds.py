"""E-invoices that a firm attaches are checked, and may be removed again."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "edbd86d2b3b03dcfbaf78ec2cfc77ed0b44509016b7f823a457fa239e44d4179"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0010_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
