"""Nobody decides on a request about themselves."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0001_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", models.F("person_id")), _negated=True),
                name="disclosure_not_by_whom_it_is_about",
            ),
        ),
    ]
