"""Entering says which use it is, so that the reader can hold it against the document."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0010_resuming")]
    operations = [sql_file(SQL / "use_number.sql", owner="gate_owner")]
