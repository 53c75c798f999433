"""Disputes of scores, and their answers."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "117a246f1bc3bf926dbe4c62fe423723725cc31517f2e49e90181e37bde8e096"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0006_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
