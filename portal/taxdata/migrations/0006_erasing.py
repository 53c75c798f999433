"""Erasing by consent."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0005_statuses"), ("consents", "0006_erasing")]
    operations = [sql_file(SQL / "erasing.sql", owner="vault_owner")]
