"""An approval is proposed, sent back, or limited."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "ae57d48bcf5e534b8a861b955a021f3ec4922d4cb56dfe96af927ff0861ee785"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0013_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
