"""What was fetched for whom, as the portal's pages may know it: no figure of a record."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ImportStatus(models.TextChoices):
    REQUESTED = "requested"
    STORED = "stored"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


FINISHED = (ImportStatus.STORED, ImportStatus.UNAVAILABLE, ImportStatus.FAILED)


class TaxImport(models.Model):
    """One fetch of one category under one consent. ``id`` is the vault import's id too.

    ``gaps`` maps a month without records to its cause. Firms, consents and applications are named
    by id only: nothing here points into the gate or the vault.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    firm_id = models.UUIDField(db_index=True)
    consent_id = models.UUIDField()
    category = models.CharField(max_length=40)
    status = models.CharField(
        max_length=12, choices=ImportStatus.choices, default=ImportStatus.REQUESTED
    )
    first_month = models.DateField()
    last_month = models.DateField()
    as_of_month = models.DateField(null=True)
    shifted_months = models.PositiveSmallIntegerField(default=0)
    session = models.CharField(max_length=128, blank=True, default="")
    records = models.PositiveIntegerField(default=0)
    gaps = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=64, blank=True, default="")
    authority_message = models.CharField(max_length=300, blank=True, default="")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "taxdata_import"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consent_id", "category"], name="taxdata_import_once_per_consent"
            ),
            models.CheckConstraint(
                name="taxdata_import_status_known", condition=Q(status__in=ImportStatus.values)
            ),
            models.CheckConstraint(
                name="taxdata_import_finished_has_time",
                condition=Q(status="requested", finished_at__isnull=True)
                | ~Q(status="requested") & Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="taxdata_import_stored_has_month",
                condition=~Q(status="stored") | Q(as_of_month__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} of {self.firm_id} ({self.status})"


class AuthorityNotice(models.Model):
    """The tax authority's signed word that it knows a consent is over."""

    consent_id = models.UUIDField(primary_key=True)
    acknowledgement = models.TextField()
    acknowledged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "taxdata_notice"

    def __str__(self) -> str:
        return f"notice of {self.consent_id}"
