"""The window looks at its own consent only, not at all there are."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("consents", "0023_still_acting")]
    operations = [sql_file(SQL / "one_window.sql", owner="gate_owner")]
