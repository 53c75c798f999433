"""What banks asked firms for."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0003_ending")]
    operations = [sql_file(SQL / "bank_asks.sql", owner="gate_owner")]
