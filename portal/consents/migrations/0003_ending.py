"""Superseding, giving back, and a bank's requests that wait longer."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0002_artefact_v2"), ("ledger", "0006_kinds")]
    operations = [sql_file(SQL / "ending.sql", owner="gate_owner")]
