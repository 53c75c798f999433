"""The regulator asks for records, and what becomes of it."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "cfd0c0921228b8c07b1ff7b2487fd23e79ab57877ee9783dadbeb890cd9b0b4a"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0030_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
