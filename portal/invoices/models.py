"""What is kept of an attached e-invoice: answers, and no line of it that a page could show.

The number is kept as a keyed mark and its last four digits, the amount as a range. The file itself
lies sealed to the vault worker until it has been compared with the records, and is then gone.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.invoices.checking.comparison import Comparison
from portal.invoices.checking.status_list import Status

STATUSES = [status.value for status in Status]
COMPARISONS = [comparison.value for comparison in Comparison]


class Side(models.TextChoices):
    """On which side of the invoice the firm stands."""

    SALE = "sale"
    PURCHASE = "purchase"


class Attachment(models.Model):
    """One file of a firm at one application, with what came out. ``refusals`` are codes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application_id = models.UUIDField()
    firm_id = models.UUIDField()
    bank_id = models.UUIDField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    refusals = ArrayField(models.CharField(max_length=40), default=list)
    place = models.CharField(max_length=200, blank=True, default="")
    number_mark = models.CharField(max_length=64, blank=True, default="")
    number_tail = models.CharField(max_length=4, blank=True, default="")
    month = models.DateField(null=True)
    side = models.CharField(max_length=8, choices=Side.choices, blank=True, default="")
    amount_band = models.CharField(max_length=20, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    status = models.CharField(
        max_length=12, choices=[(word, word) for word in STATUSES], default="unknown"
    )
    comparison = models.CharField(
        max_length=20, choices=[(word, word) for word in COMPARISONS], default="waiting"
    )
    attached_by = models.UUIDField()
    attached_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "invoices_attachment"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="attachment_status_known", condition=Q(status__in=STATUSES)
            ),
            models.CheckConstraint(
                name="attachment_comparison_known", condition=Q(comparison__in=COMPARISONS)
            ),
            models.CheckConstraint(
                name="attachment_refused_or_whole",
                condition=Q(refusals__len__gte=1)
                | Q(
                    number_mark__gt="",
                    number_tail__gt="",
                    month__isnull=False,
                    side__gt="",
                    amount_band__gt="",
                    signed_at__isnull=False,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["application_id", "attached_at"], name="attachment_of_application"
            ),
            models.Index(fields=["number_mark"], name="attachment_by_mark"),
        ]

    def __str__(self) -> str:
        return f"…{self.number_tail} of {self.application_id}"

    @property
    def ref(self) -> str:
        """How the ledger names this attachment."""
        return f"invoice:{self.id}"


class Claim(models.Model):
    """The register: an invoice stands at one application at a time, whichever firm's it is."""

    mark = models.CharField(max_length=64, primary_key=True)
    application_id = models.UUIDField(db_index=True)
    attachment_id = models.UUIDField(unique=True)
    claimed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "invoices_claim"

    def __str__(self) -> str:
        return f"{self.mark[:8]} at {self.application_id}"


class SealedFile(models.Model):
    """The file, readable by the vault worker only; erased once it has been compared."""

    attachment = models.OneToOneField(
        Attachment, primary_key=True, on_delete=models.CASCADE, related_name="sealed"
    )
    vault_kid = models.CharField(max_length=64)
    wrapped = models.BinaryField()
    content = models.BinaryField()

    class Meta:
        db_table = "invoices_sealed"

    def __str__(self) -> str:
        return str(self.attachment_id)


class KnownStatuses(models.Model):
    """The newest status list of an authority. Never an older one than was seen before."""

    issuer = models.CharField(max_length=100, primary_key=True)
    serial = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    next_update = models.DateTimeField()
    token = models.TextField()

    class Meta:
        db_table = "invoices_known_statuses"

    def __str__(self) -> str:
        return f"list {self.serial} of {self.issuer}"
