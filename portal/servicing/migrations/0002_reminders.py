"""Firms hear of a payment before it is collected: for which due date each loan's did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicing", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="loan", name="reminded_for", field=models.DateField(null=True)
        )
    ]
