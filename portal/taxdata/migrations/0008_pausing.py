"""Staged months outlive a pause of their consent."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0007_rotation"), ("consents", "0006_erasing")]
    operations = [
        sql_file(SQL / "pausing_gate.sql", owner="gate_owner"),
        sql_file(SQL / "pausing.sql", owner="vault_owner"),
    ]
