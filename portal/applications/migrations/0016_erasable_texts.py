"""A question's texts can be erased, with the key of what the ledger has of them."""

from django.conf import settings
from django.db import migrations, models

import ledger.format.commitment


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0015_on_desk_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="question",
            name="question_has_text",
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="question_answered_whole",
        ),
        migrations.RenameField(
            model_name="question",
            old_name="salt",
            new_name="key",
        ),
        # Keys have 32 bytes now; an older one stays in its first half.
        migrations.RunSQL(
            "UPDATE applications_question SET key = key || key WHERE octet_length(key) = 16",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="question",
            name="key",
            field=models.BinaryField(default=ledger.format.commitment.new_key),
        ),
        migrations.AddField(
            model_name="question",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("text", ""), _negated=True), ("erased_at__isnull", True)),
                    models.Q(
                        ("answer", ""), ("erased_at__isnull", False), ("key", b""), ("text", "")
                    ),
                    _connector="OR",
                ),
                name="question_has_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", False),
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                    ),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="question_answered_whole",
            ),
        ),
    ]
