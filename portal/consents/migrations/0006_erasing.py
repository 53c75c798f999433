"""How long records stay, what has run out, and what was reported as erased."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0005_acknowledgement"), ("ledger", "0006_kinds")]
    operations = [sql_file(SQL / "erasing.sql", owner="gate_owner")]
