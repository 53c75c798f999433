"""When each window on a firm's records was opened and closed stays on record."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0021_confirmation")]
    operations = [sql_file(SQL / "closing.sql", owner="gate_owner")]
