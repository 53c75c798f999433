"""A bank's acknowledgement goes through the gate."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0012_ticket_life"), ("ledger", "0008_kinds")]
    operations = [sql_file(SQL / "acknowledging.sql", owner="gate_owner")]
