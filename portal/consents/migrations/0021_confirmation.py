"""The intake worker can show the authority who confirmed a consent."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0020_reasons")]
    operations = [sql_file(SQL / "confirmation.sql", owner="gate_owner")]
