"""Second factors that their owners removed."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "fedcdb0175d559d80a6e275a856740182a5a53ba1516a34ca2b85762547ecba6"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0003_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
