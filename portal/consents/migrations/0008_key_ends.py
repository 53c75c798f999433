"""Ends by a revoked key are followed up like all others."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0007_frequency")]
    operations = [sql_file(SQL / "key_ends.sql", owner="gate_owner")]
