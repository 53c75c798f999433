"""Offers and acceptances never change; an acceptance is of an offer that still waits."""

from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GUARD = Path(__file__).with_name("0012_acceptance_guard.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Held by the database, whichever process asks."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


class Migration(migrations.Migration):
    dependencies = [("applications", "0011_offers_hold")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
