"""Words of complaints can be forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_api_tokens"),
        ("oversight", "0004_complaints"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_has_words",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_status_has_its_people",
        ),
        migrations.AddField(
            model_name="complaint",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("words", ""), _negated=True), ("erased_at__isnull", True)),
                    models.Q(
                        ("answer", ""),
                        ("ended_at__isnull", False),
                        ("erased_at__isnull", False),
                        ("key", b""),
                        ("words", ""),
                    ),
                    _connector="OR",
                ),
                name="complaint_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("ended_at", None),
                        ("outcome", ""),
                        ("status", "open"),
                        ("taken_by", None),
                    ),
                    models.Q(
                        ("answer", ""),
                        ("ended_at", None),
                        ("outcome", ""),
                        ("status", "in_work"),
                        ("taken_by__isnull", False),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("outcome__in", ["upheld", "partly_upheld", "not_upheld"]),
                        ("status", "answered"),
                        models.Q(
                            models.Q(("answer", ""), _negated=True),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("answer", ""),
                        ("ended_at__isnull", False),
                        ("outcome", ""),
                        ("status", "withdrawn"),
                    ),
                    _connector="OR",
                ),
                name="complaint_status_has_its_people",
            ),
        ),
    ]
