"""The industry of a firm, as the authority states it."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("signer", "0003_firm_names"), ("consents", "0001_gate")]
    operations = [sql_file(SQL / "industry.sql", owner="gate_owner")]
