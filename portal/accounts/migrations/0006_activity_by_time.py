"""The activity log by its time, for what is old enough to go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_activity_of_organisation")]
    operations = [
        migrations.AddIndex(
            model_name="activityrow",
            index=models.Index(fields=["at"], name="accounts_activity_at"),
        ),
    ]
