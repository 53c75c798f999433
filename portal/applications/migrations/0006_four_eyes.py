"""Four eyes above an amount, and what a product's policy said of a case."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_api_tokens"),
        ("applications", "0005_questions"),
        ("products", "0003_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalLimit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("alone_fen", models.BigIntegerField()),
                ("second_fen", models.BigIntegerField()),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "applications_approval_limit",
            },
        ),
        migrations.CreateModel(
            name="PolicyRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("score_id", models.UUIDField()),
                ("inputs", models.JSONField()),
                ("answer", models.JSONField()),
                ("ran_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "applications_policy_run",
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("note_to_firm", models.CharField(blank=True, default="", max_length=1000)),
                ("inputs", models.JSONField()),
                ("alone_fen", models.BigIntegerField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("returned", "Returned")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("answer_note", models.CharField(blank=True, default="", max_length=1000)),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "applications_proposal",
            },
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="application_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="application_undecided_has_deadline",
        ),
        migrations.RemoveIndex(
            model_name="loanapplication",
            name="application_unseen",
        ),
        migrations.RemoveIndex(
            model_name="loanapplication",
            name="application_seen",
        ),
        migrations.RemoveIndex(
            model_name="loanapplication",
            name="application_due",
        ),
        migrations.AddField(
            model_name="decision",
            name="alone_fen",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="amount_fen",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="approved_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="loanapplication",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Submitted"),
                    ("scoring", "Scoring"),
                    ("under_review", "Under Review"),
                    ("awaiting_approval", "Awaiting Approval"),
                    ("action_required", "Action Required"),
                    ("approved", "Approved"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                editable=False,
                max_length=20,
            ),
        ),
        # What was decided before was decided by one person, whom nothing limited.
        migrations.RunSQL(
            "UPDATE applications_decision SET"
            " amount_fen = (inputs -> 'application' ->> 'amount_fen')::bigint,"
            " alone_fen = (inputs -> 'application' ->> 'amount_fen')::bigint",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "action_required",
                            "awaiting_approval",
                            "scoring",
                            "submitted",
                            "under_review",
                        ],
                    ),
                    ("first_opened_at__isnull", True),
                ),
                fields=["bank", "submitted_at", "id"],
                name="application_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "action_required",
                            "awaiting_approval",
                            "scoring",
                            "submitted",
                            "under_review",
                        ],
                    ),
                    ("first_opened_at__isnull", False),
                ),
                fields=["bank", "submitted_at", "id"],
                name="application_seen",
            ),
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "action_required",
                            "awaiting_approval",
                            "scoring",
                            "submitted",
                            "under_review",
                        ],
                    )
                ),
                fields=["bank", "due_at", "id"],
                name="application_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "decline"),
                    ("approved_by__isnull", False),
                    ("amount_fen__lte", models.F("alone_fen")),
                    _connector="OR",
                ),
                name="decision_above_limit_has_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="decision_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "draft",
                            "submitted",
                            "scoring",
                            "under_review",
                            "awaiting_approval",
                            "action_required",
                            "approved",
                            "declined",
                            "withdrawn",
                        ],
                    )
                ),
                name="application_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "status__in",
                            [
                                "action_required",
                                "awaiting_approval",
                                "scoring",
                                "submitted",
                                "under_review",
                            ],
                        ),
                        _negated=True,
                    ),
                    ("due_at__isnull", False),
                    _connector="OR",
                ),
                name="application_undecided_has_deadline",
            ),
        ),
        migrations.AddField(
            model_name="approvallimit",
            name="bank",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="approvallimit",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policyrun",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="policy_runs",
                to="applications.loanapplication",
            ),
        ),
        migrations.AddField(
            model_name="policyrun",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="products.productversion",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="applications.loanapplication",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvallimit",
            constraint=models.UniqueConstraint(
                fields=("bank", "person"), name="approval_limit_once_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvallimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("alone_fen__gte", 0), ("second_fen__gte", 0)),
                name="approval_limit_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvallimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("set_by", models.F("person")), _negated=True),
                name="approval_limit_set_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyrun",
            constraint=models.UniqueConstraint(
                fields=("application", "score_id"), name="policy_run_once_per_score"
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["application", "-proposed_at"], name="proposal_of_application"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons__len__gte", 1)), name="proposal_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by__isnull", True),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_answered_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                    ),
                    models.Q(
                        ("answer__in", ["approved", "returned"]),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="proposal_answered_whole",
            ),
        ),
    ]
