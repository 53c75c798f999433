"""A read of the vault asks about the consent's life once for each table."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("taxdata", "0011_by_firm"), ("consents", "0017_entered_terms")]
    operations = [sql_file(SQL / "entered_terms.sql", owner="vault_owner")]
