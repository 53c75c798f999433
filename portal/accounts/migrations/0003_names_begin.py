"""A firm is found by how its name begins, in either language, however many there are."""

from django.db import migrations

CREATE = """
    CREATE INDEX accounts_organisation_name_begins
      ON accounts_organisation (upper(name) text_pattern_ops);
    CREATE INDEX accounts_organisation_name_zh_begins
      ON accounts_organisation (upper(name_zh) text_pattern_ops);
"""
DROP = """
    DROP INDEX accounts_organisation_name_begins;
    DROP INDEX accounts_organisation_name_zh_begins;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_counted_acts")]
    operations = [migrations.RunSQL(CREATE, DROP)]
