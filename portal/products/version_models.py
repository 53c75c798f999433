"""A version of a product: proposed by one person, put in force or rejected by another."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.core.actor import Actor, OrganisationKind
from portal.products.terms import VersionContent


class VersionStatus(models.TextChoices):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    RETIRED = "retired"
    REJECTED = "rejected"


class ProductVersionQuerySet(models.QuerySet["ProductVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        """A bank's own; nothing for anybody else."""
        if actor.organisation_kind is not OrganisationKind.BANK:
            return self.none()
        return self.filter(product__bank_id=actor.organisation_id)


class ProductVersion(models.Model):
    """What was proposed never changes (a trigger keeps it), only its status and who decided.

    The first version is the operator's, made with the product: it has no rows and so decides
    nothing by itself. Every later one has a proposer and, once decided, another person who did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    product = models.ForeignKey(
        "products.Product", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(
        max_length=10, choices=VersionStatus.choices, default=VersionStatus.PROPOSED
    )
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ProductVersionQuerySet.as_manager()

    class Meta:
        db_table = "products_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(status=VersionStatus.IN_FORCE),
                name="version_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(status=VersionStatus.PROPOSED),
                name="version_one_proposed",
            ),
            models.CheckConstraint(
                name="version_status_known", condition=Q(status__in=VersionStatus.values)
            ),
            models.CheckConstraint(
                name="version_four_eyes",
                condition=Q(number=1, proposed_by__isnull=True, decided_by__isnull=True)
                & Q(document__rows=[])
                | Q(number__gt=1, proposed_by__isnull=False)
                & (Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="version_decided_by_somebody",
                condition=Q(
                    status=VersionStatus.PROPOSED, decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                | Q(number=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} v{self.number}"

    @property
    def content(self) -> VersionContent:
        """What it says, read back; BrokenTable, KeyError and the like if it was tampered with."""
        return VersionContent.of(self.document)
