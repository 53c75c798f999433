"""A mandate ends by the authority's word; a new legal representative confirms what was signed."""

from pathlib import Path

from django.db import migrations

from portal.consents.schema_sql import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0017_entered_terms"),
        ("signer", "0003_firm_names"),
        ("ledger", "0030_kinds"),
    ]
    operations = [
        sql_file(SQL / "mandate_ends.sql", owner="gate_owner"),
        sql_file(SQL / "confirming.sql", owner="gate_owner"),
        sql_file(SQL / "intake_stops.sql", owner="gate_reaper"),
    ]
