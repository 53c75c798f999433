"""Model versions: registered, validated, activated and retired."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "8bf2d6a519a4ceb9d0da50d5673327fd7376749ff78481cde839a3e24acbabbd"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0033_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
