"""A second change within the deadline, two readers of one list, an acceptance without a mandate."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0022_closing")]
    operations = [sql_file(SQL / "still_acting.sql", owner="gate_owner")]
