"""Resuming looks at the state after its lock."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0009_watchdog_looks")]
    operations = [sql_file(SQL / "resuming.sql", owner="gate_owner")]
