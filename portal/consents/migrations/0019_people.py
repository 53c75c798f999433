"""A firm's people: access is taken away here, and what runs out is on record."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0018_mandate_ends")]
    operations = [sql_file(SQL / "people.sql", owner="gate_owner")]
