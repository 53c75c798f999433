"""One consent that is held up holds up no other's erasing."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0008_pausing")]
    operations = [sql_file(SQL / "sweeping.sql", owner="vault_owner")]
