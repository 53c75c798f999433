"""Offers that wait for an answer are found by themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0013_reviews")]
    operations = [
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(
                condition=models.Q(("status", "offered")),
                fields=["decided_at", "id"],
                name="application_offered",
            ),
        ),
    ]
