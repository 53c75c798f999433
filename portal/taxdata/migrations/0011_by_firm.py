"""A firm's imports and keys are found without those of others."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0010_counted")]
    operations = [sql_file(SQL / "by_firm.sql", owner="vault_owner")]
