"""The gate holds a consent to the frequency in its document."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0006_erasing")]
    operations = [sql_file(SQL / "frequency.sql", owner="gate_owner")]
