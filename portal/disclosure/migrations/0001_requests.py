"""Requests for records, and the guard over what was asked."""

import uuid
from datetime import timedelta
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import ledger.format.commitment
import portal.disclosure.models

GUARD = Path(__file__).with_name("0001_guard.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was asked stays as it was asked."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_api_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "reference",
                    models.CharField(
                        default=portal.disclosure.models.new_reference, max_length=16, unique=True
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("person_activity", "Person"),
                            ("organisation_activity", "Organisation"),
                            ("user_register", "Register"),
                        ],
                        max_length=24,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("blockchain_rules", "Blockchain"),
                            ("cybersecurity_law", "Cybersecurity"),
                            ("credit_reporting", "Credit"),
                            ("personal_information_law", "Personal"),
                            ("data_security_law", "Data"),
                        ],
                        max_length=32,
                    ),
                ),
                ("words", models.CharField(max_length=2000)),
                ("key", models.BinaryField(default=ledger.format.commitment.new_key)),
                ("tell_at", models.DateTimeField(null=True)),
                (
                    "tell_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("law_demands_secrecy", "Law"),
                            ("telling_would_impede", "Impedes"),
                        ],
                        default="",
                        max_length=24,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lapses_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_words", models.CharField(blank=True, default="", max_length=2000)),
                ("made_at", models.DateTimeField(null=True)),
                ("manifest_digest", models.CharField(blank=True, default="", max_length=64)),
                ("row_count", models.IntegerField(null=True)),
                ("entry_count", models.IntegerField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "disclosure_request",
            },
        ),
        migrations.CreateModel(
            name="DisclosureFile",
            fields=[
                (
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="disclosure.disclosure",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "disclosure_file",
            },
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                fields=["organisation", "asked_at", "id"], name="disclosure_by_time"
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["person", "asked_at"], name="disclosure_of_person"),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["party", "asked_at"], name="disclosure_of_party"),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["lapses_at"],
                name="disclosure_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                condition=models.Q(
                    models.Q(("status", "approved"), ("told_at", None)),
                    models.Q(("erased_at", None), ("status", "approved")),
                    _connector="OR",
                ),
                fields=["decided_at"],
                name="disclosure_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                name="disclosure_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "basis__in",
                        [
                            "blockchain_rules",
                            "cybersecurity_law",
                            "credit_reporting",
                            "personal_information_law",
                            "data_security_law",
                        ],
                    ),
                    ("tell_reason__in", ["", "law_demands_secrecy", "telling_would_impede"]),
                ),
                name="disclosure_codes_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("party", None), ("person__isnull", False), ("what", "person_activity")
                    ),
                    models.Q(
                        ("party__isnull", False),
                        ("person", None),
                        ("what__in", ["organisation_activity", "user_register"]),
                    ),
                    _connector="OR",
                ),
                name="disclosure_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gte", models.F("since")),
                    (
                        "until__lt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("since"), "+", models.Value(timedelta(days=366))
                        ),
                    ),
                ),
                name="disclosure_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tell_at", None), ("tell_reason", "")),
                    models.Q(
                        (
                            "tell_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("asked_at"),
                                "+",
                                models.Value(timedelta(days=180)),
                            ),
                        ),
                        models.Q(("tell_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disclosure_telling",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "lapses_at",
                        django.db.models.expressions.CombinedExpression(
                            models.F("asked_at"), "+", models.Value(timedelta(days=7))
                        ),
                    )
                ),
                name="disclosure_lapses_in_7_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None),
                        ("decided_by", None),
                        ("status", "waiting"),
                        ("told_at", None),
                    ),
                    models.Q(
                        ("decided_at__gte", models.F("lapses_at")),
                        ("decided_by", None),
                        ("status", "lapsed"),
                    ),
                    models.Q(
                        ("decided_at__lt", models.F("lapses_at")),
                        ("decided_by__isnull", False),
                        ("status__in", ["approved", "refused"]),
                    ),
                    _connector="OR",
                ),
                name="disclosure_status_has_its_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("made_at", None), ("manifest_digest", "")),
                    models.Q(
                        ("made_at__isnull", False),
                        ("status", "approved"),
                        models.Q(("manifest_digest", ""), _negated=True),
                        ("entry_count__isnull", False),
                        ("row_count__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="disclosure_made_of_approved",
            ),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
