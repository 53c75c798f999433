"""A firm may wish that what is kept goes after all; the sweep looks at few rows."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0013_acknowledging"), ("ledger", "0008_kinds")]
    operations = [sql_file(SQL / "keeping.sql", owner="gate_owner")]
