"""What was fetched for whom, as the portal's pages may know it: no figure of a record."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ImportStatus(models.TextChoices):
    """How far one source has come. ReBIT's words: PENDING, READY, DELIVERED, then DENIED in its
    two kinds, TIMEOUT, and what we refused ourselves.
    """

    REQUESTED = "requested"
    RECEIVING = "receiving"
    STORED = "stored"
    UNAVAILABLE = "unavailable"  # the authority has no such data of the firm
    REFUSED = "refused"  # the authority won't give it
    TIMED_OUT = "timed_out"
    FAILED = "failed"


UNFINISHED = (ImportStatus.REQUESTED, ImportStatus.RECEIVING)
FINISHED = tuple(status for status in ImportStatus if status not in UNFINISHED)
FAILURES = (ImportStatus.REFUSED, ImportStatus.TIMED_OUT, ImportStatus.FAILED)


class TaxImport(models.Model):
    """One fetch of one category under one consent, over however many sessions with the authority.

    ``id`` is the fetch's in the vault too, and towards the authority. ``gaps`` maps a month without
    records to its cause. Firms, consents and applications are named by id only: nothing here
    points into the gate or the vault.
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
                condition=Q(status__in=UNFINISHED, finished_at__isnull=True)
                | ~Q(status__in=UNFINISHED) & Q(finished_at__isnull=False),
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
