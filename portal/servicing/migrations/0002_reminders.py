"""For which due date a firm was reminded; loans that wait for a step are found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicing", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="loan", name="reminded_for", field=models.DateField(null=True)
        ),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(
                condition=models.Q(("status__in", ["disbursed", "settled"])),
                fields=["status", "id"],
                name="loan_between_steps",
            ),
        ),
    ]
