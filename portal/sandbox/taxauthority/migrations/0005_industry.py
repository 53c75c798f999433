"""The industry of a firm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("taxauthority", "0004_ended_mandates"),
    ]

    operations = [
        migrations.AddField(
            model_name="firm",
            name="industry",
            field=models.CharField(blank=True, default="", max_length=1),
        ),
    ]
