"""What holds of decisions, offers and funding requests from here on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_fill_offers")]

    operations = [
        migrations.AlterField(
            model_name="loanapplication",
            name="funding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="applications.fundingrequest",
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="terms",
            field=models.JSONField(),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("approved_by", models.F("decided_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", False),
                    ("amount_fen__lte", models.F("alone_fen")),
                    _connector="OR",
                ),
                name="decision_of_policy_within_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "approve"), ("terms__isnull", False)),
                    models.Q(("outcome", "decline"), ("terms__isnull", True)),
                    _connector="OR",
                ),
                name="decision_approval_has_terms",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("review_of__isnull", True)),
                fields=("application",),
                name="decision_once_but_for_reviews",
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
                            "offered",
                            "accepted",
                            "agreement_signed",
                            "declined",
                            "expired",
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
                        ("decided_at__isnull", False),
                        ("decision__isnull", False),
                        (
                            "status__in",
                            [
                                "accepted",
                                "agreement_signed",
                                "declined",
                                "expired",
                                "offered",
                                "withdrawn",
                            ],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "status__in",
                                ["accepted", "agreement_signed", "declined", "expired", "offered"],
                            ),
                            _negated=True,
                        ),
                        ("decided_at__isnull", True),
                        ("decision__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="application_decided_has_decision",
            ),
        ),
    ]
