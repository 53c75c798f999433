"""Noting expiries looks rows up only for what has not been noted."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0014_keeping")]
    operations = [sql_file(SQL / "noting.sql", owner="gate_owner")]
