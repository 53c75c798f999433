"""A bank says why it asks, in its own words."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0019_people")]
    operations = [sql_file(SQL / "reasons.sql", owner="gate_owner")]
