"""Complaints: filed, taken, answered once."""

import uuid
from datetime import timedelta

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import ledger.format.commitment
import portal.oversight.complaint_models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_api_tokens"),
        ("oversight", "0003_party_entry_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "reference",
                    models.CharField(
                        default=portal.oversight.complaint_models.new_reference,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("score", "Score"),
                            ("decision", "Decision"),
                            ("consent", "Consent"),
                            ("data", "Data"),
                            ("look", "Look"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.UUIDField()),
                ("look", models.UUIDField(null=True)),
                ("words", models.CharField(max_length=2000)),
                ("key", models.BinaryField(default=ledger.format.commitment.new_key)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_work", "In Work"),
                            ("answered", "Answered"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("filed_by", models.UUIDField()),
                ("filed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answer_by", models.DateTimeField()),
                ("taken_by", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly Upheld"),
                            ("not_upheld", "Not Upheld"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("answer", models.CharField(blank=True, default="", max_length=2000)),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "bank",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "oversight_complaint",
                "indexes": [
                    models.Index(fields=["status", "filed_at", "id"], name="complaint_by_status"),
                    models.Index(fields=["firm", "filed_at", "id"], name="complaint_of_firm"),
                    models.Index(fields=["bank", "filed_at", "id"], name="complaint_of_bank"),
                    models.Index(fields=["subject_id"], name="complaint_about_thing"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("open", "in_work"))),
                        fields=("firm", "about", "subject_id", "look"),
                        name="complaint_one_waiting_per_thing",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__in", ["score", "decision", "consent", "data", "look"])
                        ),
                        name="complaint_about_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="complaint_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "answer_by",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("filed_at"), "+", models.Value(timedelta(days=20))
                                ),
                            )
                        ),
                        name="complaint_answer_in_20_days",
                    ),
                    models.CheckConstraint(
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
                                models.Q(("answer", ""), _negated=True),
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
                ],
            },
        ),
    ]
