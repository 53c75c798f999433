"""Version 2 of the consent artefact, and the parts of a request that it repeats."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_gate")]
    operations = [sql_file(SQL / "artefact_v2.sql", owner="gate_owner")]
