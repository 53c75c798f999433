"""Months staged as they come in, and a fetch over several sessions."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0003_shifted_months")]
    operations = [sql_file(SQL / "staging.sql", owner="vault_owner")]
