"""Offers, acceptances, funding requests; a decision may be looked at again. Filled in next."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_api_tokens"),
        ("applications", "0008_due_indexes"),
        ("products", "0003_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("document", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("amount_fen", models.BigIntegerField()),
                ("nominal_bp", models.PositiveIntegerField()),
                ("effective_bp", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("valid_until", models.DateTimeField()),
            ],
            options={
                "db_table": "applications_offer",
            },
        ),
        migrations.CreateModel(
            name="FundingRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "applications_funding_request",
            },
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_approved_by_another",
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="application_decided_has_time",
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="application_status_known",
        ),
        migrations.AddField(
            model_name="decision",
            name="review_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.decision",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="terms",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="decision",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.decision",
            ),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="review_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="review_note",
            field=models.CharField(blank=True, default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="proposal",
            name="terms",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="decision",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="applications.loanapplication",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="decided_by",
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
                    ("offered", "Offered"),
                    ("accepted", "Accepted"),
                    ("agreement_signed", "Agreement Signed"),
                    ("declined", "Declined"),
                    ("expired", "Expired"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["application", "-decided_at"], name="decision_of_application"
            ),
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="acceptance",
                        serialize=False,
                        to="applications.offer",
                    ),
                ),
                ("method", models.CharField(max_length=8)),
                ("jws", models.TextField()),
                ("accepted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "applications_acceptance",
            },
        ),
        migrations.AddField(
            model_name="offer",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer",
                to="applications.loanapplication",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="bank",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer",
                to="applications.decision",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="funding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="applications.fundingrequest",
            ),
        ),
        migrations.AddField(
            model_name="fundingrequest",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="funding",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="applications.fundingrequest",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="funding",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acceptance",
                to="applications.fundingrequest",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["valid_until"], name="offer_by_end"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0), ("valid_until__gt", models.F("made_at"))),
                name="offer_is_of_money_and_time",
            ),
        ),
    ]
