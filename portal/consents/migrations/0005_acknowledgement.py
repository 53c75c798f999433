"""Banks acknowledge the end of a consent."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0004_bank_asks")]
    operations = [sql_file(SQL / "acknowledgement.sql", owner="gate_owner")]
