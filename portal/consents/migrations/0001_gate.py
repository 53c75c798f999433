"""The schemas of the signer, the gate and the reaper; see docs/security.md."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0002_kinds")]
    operations = [
        sql_file(SQL / "sign.sql", owner="gate_owner"),
        sql_file(SQL / "gate_tables.sql", owner="gate_owner"),
        sql_file(SQL / "gate_grant.sql", owner="gate_owner"),
        sql_file(SQL / "gate_read.sql", owner="gate_owner"),
        sql_file(SQL / "reaper.sql", owner="gate_reaper"),
    ]
