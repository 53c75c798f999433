"""A revoked key waits for what is being published under its consents."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0015_noting")]
    operations = [sql_file(SQL / "revoking.sql", owner="gate_owner")]
