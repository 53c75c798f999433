"""Incidents: something here no longer holds, and a clock runs until it was reported."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.core.actor import Actor, OrganisationKind
from portal.oversight.complaint_models import Complaint
from portal.oversight.party_models import ActorEntry, PartyEntry, PartyMark

__all__ = [
    "ActorEntry",
    "Cause",
    "Complaint",
    "Incident",
    "PartyEntry",
    "PartyMark",
    "Status",
]

# From the moment when it shows to the report.
TIME_TO_REPORT = timedelta(hours=24)
NOTE_LIMIT = 2000


class Cause(models.TextChoices):
    """What showed that something doesn't hold; one incident at a time for each."""

    LEDGER_CHECK = "ledger_check_failed"
    ENTRY = "entry_changed"
    PROOF = "proof_failed"
    RECEIPT = "receipt_contradicts"
    WITNESS = "witness_alarm"
    SIGNING = "signing_stopped"
    MANDATES = "mandate_list_refused"
    MODEL = "model_altered"


class Status(models.TextChoices):
    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"


def new_salt() -> bytes:
    """Random, so that nobody finds a note from its digest on the ledger by trying words."""
    return secrets.token_bytes(32)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> Self:
        """All of them for a regulator and the operator; none for anybody else."""
        overseers = {OrganisationKind.REGULATOR, OrganisationKind.OPERATOR}
        return self.all() if actor.organisation_kind in overseers else self.none()

    def unclosed(self) -> Self:
        """Those that the pages warn of."""
        return self.exclude(status=Status.CLOSED)


class Incident(models.Model):
    """What was seen never changes (a trigger keeps it); a person reports it and a person closes it.

    ``place`` is the number of the entry or the size of the tree at which it shows, ``detail`` the
    code of what is wrong there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    cause = models.CharField(max_length=30, choices=Cause.choices)
    place = models.BigIntegerField(null=True)
    detail = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    salt = models.BinaryField(default=new_salt)
    report_note = models.CharField(max_length=NOTE_LIMIT, blank=True, default="")
    reported_by = models.UUIDField(null=True)
    reported_at = models.DateTimeField(null=True)
    closing_note = models.CharField(max_length=NOTE_LIMIT, blank=True, default="")
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        db_table = "oversight_incident"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cause"], condition=~Q(status=Status.CLOSED), name="incident_one_per_cause"
            ),
            models.CheckConstraint(
                name="incident_cause_known", condition=Q(cause__in=Cause.values)
            ),
            models.CheckConstraint(
                name="incident_due_in_a_day",
                condition=Q(due_at=F("opened_at") + TIME_TO_REPORT),
            ),
            models.CheckConstraint(
                name="incident_status_has_its_people",
                condition=Q(status=Status.OPEN, reported_at__isnull=True, closed_at__isnull=True)
                | Q(status=Status.REPORTED, reported_by__isnull=False, closed_at__isnull=True)
                & ~Q(report_note="")
                | Q(status=Status.CLOSED, reported_by__isnull=False, closed_by__isnull=False)
                & ~Q(report_note="")
                & ~Q(closing_note=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["opened_at", "id"], name="incident_by_time")]

    def __str__(self) -> str:
        return f"{self.cause} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def ref(self) -> str:
        """How the ledger names this incident."""
        return f"incident:{self.id}"

    def digest_of(self, text: str) -> str:
        """What the ledger keeps of a note: enough to show later that it was this one."""
        return sha256(bytes(self.salt) + text.encode()).hexdigest()
