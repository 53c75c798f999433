"""The bank's questions about an application, and the firm's answers."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "1e519fa9b48623414a5d716bcf39c623d394962c84f3a7a7be8fdee1dccdb20f"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0012_kinds")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
