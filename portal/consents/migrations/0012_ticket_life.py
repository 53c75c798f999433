"""A ticket is good for a minute."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0011_use_number")]
    operations = [sql_file(SQL / "ticket_life.sql", owner="gate_owner")]
