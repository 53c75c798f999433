"""Complaints."""

from django.db import migrations

from ledger.schema import sync_kinds

REGISTRY_DIGEST = "da009e41341773a646e65486133b83f24af94424a85c8fb8c63845648a9b773b"


class Migration(migrations.Migration):
    """Each change of `ledger.kinds` needs one like this, with the registry's new digest."""

    dependencies = [("ledger", "0026_fewer_indexes")]
    operations = [migrations.RunPython(sync_kinds, migrations.RunPython.noop)]
