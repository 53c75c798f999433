"""A month of invoices may have a chunk of traces beside its summary."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0012_entered_terms")]
    operations = [sql_file(SQL / "traces.sql", owner="vault_owner")]
