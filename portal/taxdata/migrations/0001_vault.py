"""The vault's schema, and the portal's own view of what was fetched."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("consents", "0001_gate")]
    operations = [sql_file(SQL / "vault.sql", owner="vault_owner")]
