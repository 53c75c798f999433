"""Every erasing is on the ledger, under its own consent; empty imports go too."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0009_sweeping"), ("ledger", "0007_kinds")]
    operations = [
        sql_file(SQL / "counted_gate.sql", owner="gate_owner"),
        sql_file(SQL / "counted.sql", owner="vault_owner"),
    ]
