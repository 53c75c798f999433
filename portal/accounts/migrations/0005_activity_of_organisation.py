"""What an organisation's people did, by its time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_api_tokens"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="activityrow",
            index=models.Index(
                fields=["organisation", "-at"], name="accounts_activity_organisation"
            ),
        ),
    ]
