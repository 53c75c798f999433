"""Evicting readers, and what nobody confirmed, look at their own consents only."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0024_one_window")]
    operations = [
        sql_file(SQL / "evicting_by_value.sql", owner="gate_reaper"),
        sql_file(SQL / "unconfirmed_by_value.sql", owner="gate_owner"),
    ]
