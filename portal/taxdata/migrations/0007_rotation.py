"""Changing the vault's key."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0006_erasing")]
    operations = [sql_file(SQL / "rotation.sql", owner="vault_owner")]
