"""Incidents, and the guard over what was seen."""

import uuid
from datetime import timedelta
from pathlib import Path

import django.db.models.expressions
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import portal.oversight.models

GUARD = Path(__file__).with_name("0001_guard.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was seen stays as it was seen."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("ledger_check_failed", "Ledger Check"),
                            ("entry_changed", "Entry"),
                            ("proof_failed", "Proof"),
                            ("receipt_contradicts", "Receipt"),
                            ("witness_alarm", "Witness"),
                            ("signing_stopped", "Signing"),
                        ],
                        max_length=30,
                    ),
                ),
                ("place", models.BigIntegerField(null=True)),
                ("detail", models.CharField(blank=True, default="", max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("reported", "Reported"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("salt", models.BinaryField(default=portal.oversight.models.new_salt)),
                ("report_note", models.CharField(blank=True, default="", max_length=2000)),
                ("reported_by", models.UUIDField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("closing_note", models.CharField(blank=True, default="", max_length=2000)),
                ("closed_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "oversight_incident",
                "indexes": [models.Index(fields=["opened_at", "id"], name="incident_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=("cause",),
                        name="incident_one_per_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "ledger_check_failed",
                                    "entry_changed",
                                    "proof_failed",
                                    "receipt_contradicts",
                                    "witness_alarm",
                                    "signing_stopped",
                                ],
                            )
                        ),
                        name="incident_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "due_at",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opened_at"),
                                    "+",
                                    models.Value(timedelta(days=1)),
                                ),
                            )
                        ),
                        name="incident_due_in_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("reported_at__isnull", True),
                                ("status", "open"),
                            ),
                            models.Q(
                                ("closed_at__isnull", True),
                                ("reported_by__isnull", False),
                                ("status", "reported"),
                                models.Q(("report_note", ""), _negated=True),
                            ),
                            models.Q(
                                ("closed_by__isnull", False),
                                ("reported_by__isnull", False),
                                ("status", "closed"),
                                models.Q(("report_note", ""), _negated=True),
                                models.Q(("closing_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_status_has_its_people",
                    ),
                ],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
