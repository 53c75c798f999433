"""An open window keeps its consent's terms beside it."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0016_revoking")]
    operations = [sql_file(SQL / "entered_terms.sql", owner="gate_owner")]
