"""Lists by party know when: made anew from entry 0 on, as the owner can't read the ledger."""

from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0002_own_events"),
    ]

    operations = [
        migrations.RunSQL(
            "DELETE FROM oversight_party_entry; UPDATE oversight_party_mark SET next_seq = 0",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="partyentry",
            name="at",
            field=models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
    ]
