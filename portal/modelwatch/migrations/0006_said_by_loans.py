"""A loan that is serviced here states its outcome itself: then nobody has noted it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("modelwatch", "0005_outcomes")]
    operations = [
        migrations.AlterField(
            model_name="loanoutcome", name="noted_by", field=models.UUIDField(null=True)
        )
    ]
