"""Messages are read in the portal too; those sent before hold nothing to show there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="read_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="values",
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True), ("values__isnull", False)),
                fields=["subject_ref"],
                name="notifications_unread",
            ),
        ),
    ]
