"""Complaints: a firm says that something is not right, and is answered in writing."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ledger.format.commitment import commitment_of, new_key
from portal.core.actor import Actor, OrganisationKind

# Regulation on credit reporting, article 25. Days of the calendar: holidays count.
ANSWER_WITHIN: Final = timedelta(days=20)
TEXT_LIMIT: Final = 2000
COMMITTED = "taxbridge-complaint/1"
# No vowels and nothing that is misread aloud or by eye.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


class ComplaintAbout(models.TextChoices):
    """What kind of thing somebody complains of."""

    SCORE = "score"
    DECISION = "decision"
    CONSENT = "consent"
    DATA = "data"
    LOOK = "look"


class ComplaintStatus(models.TextChoices):
    OPEN = "open"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ComplaintOutcome(models.TextChoices):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


WAITING: Final = (ComplaintStatus.OPEN, ComplaintStatus.IN_WORK)
# How the ledger names the thing; data and looks are told by the consent that they come under.
REFERRED: Final = {
    ComplaintAbout.SCORE: "score",
    ComplaintAbout.DECISION: "application",
    ComplaintAbout.CONSENT: "consent",
    ComplaintAbout.DATA: "consent",
    ComplaintAbout.LOOK: "consent",
}


def new_reference() -> str:
    """A random reference such as ``CP-7K3M-2QXW``, to be named on the phone."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"CP-{letters[:4]}-{letters[4:]}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, actor: Actor) -> Self:
        """A firm's own, a bank's those about its acts, all for the overseers."""
        match actor.organisation_kind:
            case OrganisationKind.FIRM:
                return self.filter(firm_id=actor.organisation_id)
            case OrganisationKind.BANK:
                return self.filter(bank_id=actor.organisation_id)
            case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR:
                return self.all()
            case None:
                return self.none()

    def waiting(self) -> Self:
        """Those that nobody has answered yet."""
        return self.filter(status__in=WAITING)


class Complaint(models.Model):
    """What was filed never changes; the bank states its side once, it is taken, and answered once.

    ``subject_id`` is the score's, the application's or the consent's; ``look`` is the event that
    a look at the data left on the ledger. The ledger has commitments to the texts, under ``key``.
    Texts and key are erased together, at ``erased_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    about = models.CharField(max_length=12, choices=ComplaintAbout.choices)
    subject_id = models.UUIDField()
    look = models.UUIDField(null=True)
    firm = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=TEXT_LIMIT)
    key = models.BinaryField(default=new_key)
    status = models.CharField(
        max_length=10, choices=ComplaintStatus.choices, default=ComplaintStatus.OPEN
    )
    filed_by = models.UUIDField()
    filed_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    statement = models.CharField(max_length=TEXT_LIMIT, blank=True, default="")
    stated_by = models.UUIDField(null=True)
    stated_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=16, choices=ComplaintOutcome.choices, blank=True, default=""
    )
    answer = models.CharField(max_length=TEXT_LIMIT, blank=True, default="")
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        app_label = "oversight"
        db_table = "oversight_complaint"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "about", "subject_id", "look"],
                condition=Q(status__in=WAITING),
                nulls_distinct=False,
                name="complaint_one_waiting_per_thing",
            ),
            models.CheckConstraint(
                name="complaint_about_known", condition=Q(about__in=ComplaintAbout.values)
            ),
            models.CheckConstraint(
                name="complaint_has_words",
                condition=~Q(words="") & Q(erased_at__isnull=True)
                | Q(words="", answer="", key=b"", ended_at__isnull=False, erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_statement_has_its_person",
                condition=Q(statement="", stated_by=None, stated_at=None)
                | Q(stated_by__isnull=False, stated_at__isnull=False)
                & (
                    ~Q(statement="") & Q(erased_at__isnull=True)
                    | Q(statement="", erased_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="complaint_answer_in_20_days",
                condition=Q(answer_by=F("filed_at") + ANSWER_WITHIN),
            ),
            models.CheckConstraint(
                name="complaint_status_has_its_people",
                condition=Q(status="open", taken_by=None, ended_at=None, answer="", outcome="")
                | Q(status="in_work", taken_by__isnull=False, ended_at=None, answer="", outcome="")
                | Q(
                    status="answered",
                    outcome__in=ComplaintOutcome.values,
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                )
                & (~Q(answer="") | Q(erased_at__isnull=False))
                | Q(status="withdrawn", ended_at__isnull=False, answer="", outcome=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "filed_at", "id"], name="complaint_by_status"),
            models.Index(fields=["firm", "filed_at", "id"], name="complaint_of_firm"),
            models.Index(fields=["bank", "filed_at", "id"], name="complaint_of_bank"),
            models.Index(fields=["subject_id"], name="complaint_about_thing"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def ref(self) -> str:
        """How the ledger names this complaint."""
        return f"complaint:{self.id}"

    @property
    def subject_ref(self) -> str:
        """How the ledger names the thing complained of."""
        return f"{REFERRED[ComplaintAbout(self.about)]}:{self.subject_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it, and it was not taken back."""
        return self.status in WAITING

    def digest_of(self, text: str) -> str:
        """What the ledger keeps of a text: enough to show later that it was this one."""
        return commitment_of(COMMITTED, {"text": text}, key=bytes(self.key))
