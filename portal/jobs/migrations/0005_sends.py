"""How often a job was sent to the broker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_mail_jobs")]
    operations = [
        migrations.AddField(
            model_name="jobrow",
            name="sends",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
