"""A renamed firm signs under its new name."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("signer", "0002_enrolled_keys"), ("consents", "0001_gate")]
    operations = [sql_file(SQL / "firm_names.sql", owner="gate_owner")]
