from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_score_jobs")]
    operations = [
        migrations.AlterField(
            model_name="jobrow",
            name="name",
            field=models.CharField(
                choices=[
                    ("taxdata.fetch", "taxdata.fetch"),
                    ("taxdata.notify_authority", "taxdata.notify_authority"),
                    ("taxdata.erase", "taxdata.erase"),
                    ("consents.tell_ended", "consents.tell_ended"),
                    ("scoring.score", "scoring.score"),
                    ("scoring.replay", "scoring.replay"),
                    ("scoring.erase_features", "scoring.erase_features"),
                    ("applications.advance", "applications.advance"),
                    ("notifications.send", "notifications.send"),
                    ("ledger.check", "ledger.check"),
                ],
                max_length=60,
            ),
        ),
    ]
