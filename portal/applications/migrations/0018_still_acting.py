"""No acceptance by somebody whose mandate has ended, also where both happen at once."""

from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GUARD = Path(__file__).with_name("0018_still_acting.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Held by the database, whichever process asks."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


class Migration(migrations.Migration):
    dependencies = [("applications", "0017_case_looks"), ("consents", "0023_still_acting")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
