"""The watchdog sees which consents have ended."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0008_key_ends")]
    operations = [sql_file(SQL / "watchdog_looks.sql", owner="gate_owner")]
