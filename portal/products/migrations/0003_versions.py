"""Versions of products; each product there is gets a first one, which decides nothing itself."""

import hashlib
import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.format.canonical import encode

GUARD = Path(__file__).with_name("0003_guard.sql")


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A version stays as it was proposed."""
    schema_editor.execute(GUARD.read_text(encoding="utf-8"), params=None)


def first_versions(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The terms as they stand, and a policy without rows."""
    version = apps.get_model("products", "ProductVersion")
    for product in apps.get_model("products", "Product").objects.all():
        document = _document(product)
        version.objects.create(
            product=product,
            number=1,
            document=document,
            sha256=hashlib.sha256(encode(document)).hexdigest(),
            status="in_force",
        )


def _document(product: models.Model) -> dict[str, object]:
    names = ("min_amount_fen", "max_amount_fen", "annual_rate_bp", "months_needed")
    lists = ("terms_months", "categories")
    return {
        "format": 1,
        "product": f"product:{product.pk}",
        "number": 1,
        "terms": {
            **{name: getattr(product, name) for name in names},
            **{name: list(getattr(product, name)) for name in lists},
            "rate_type": "fixed",
            "fee_fen": 0,
            "fee_bp": 0,
            "cooling_off_days": 0,
        },
        "automation": {"approve_up_to_fen": 0, "decline_up_to_fen": 0},
        "rows": [],
    }


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0002_months_are_scored"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("document", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("in_force", "In Force"),
                            ("retired", "Retired"),
                            ("rejected", "Rejected"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="products.product",
                    ),
                ),
            ],
            options={
                "db_table": "products_version",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "number"), name="version_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "in_force")),
                        fields=("product",),
                        name="version_one_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("product",),
                        name="version_one_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["proposed", "in_force", "retired", "rejected"])
                        ),
                        name="version_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", True),
                                ("number", 1),
                                ("proposed_by__isnull", True),
                                ("document__rows", []),
                            ),
                            models.Q(
                                ("number__gt", 1),
                                ("proposed_by__isnull", False),
                                models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(
                                        ("decided_by", models.F("proposed_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="version_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("status", "proposed"),
                            ),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            ("number", 1),
                            _connector="OR",
                        ),
                        name="version_decided_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
    ]
