"""Requests of a regulator for records: on a legal basis, decided by a second person."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ledger.format.commitment import commitment_of, new_key
from portal.core.actor import Actor, OrganisationKind
from portal.core.months import SHANGHAI

TEXT_LIMIT: Final = 2000
COMMITTED: Final = "taxbridge-disclosure/1"
LAPSES_AFTER: Final = timedelta(days=7)
KEPT: Final = timedelta(days=14)
MOST_DAYS: Final = 366
LATEST_TELLING: Final = timedelta(days=180)
# No vowels and nothing that is misread aloud or by eye.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


class What(models.TextChoices):
    """Which records are asked for."""

    PERSON = "person_activity"
    ORGANISATION = "organisation_activity"
    REGISTER = "user_register"


class Basis(models.TextChoices):
    """The law that lets a regulator ask: a closed list."""

    BLOCKCHAIN = "blockchain_rules"
    CYBERSECURITY = "cybersecurity_law"
    CREDIT = "credit_reporting"
    PERSONAL = "personal_information_law"
    DATA = "data_security_law"


class Secrecy(models.TextChoices):
    """Why the party may not be told at once."""

    LAW = "law_demands_secrecy"
    IMPEDES = "telling_would_impede"


class Status(models.TextChoices):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


def new_reference() -> str:
    """A random reference such as ``RR-7K3M-2QXW``, to be named on the phone."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"RR-{letters[:4]}-{letters[4:]}"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, actor: Actor) -> Self:
        """A regulator's own; none for anybody else.

        Also there whom it is about learns of it only when told, unless by asking.
        """
        if actor.organisation_kind is not OrganisationKind.REGULATOR:
            return self.none()
        own = self.filter(organisation_id=actor.organisation_id)
        about_actor = Q(person_id=actor.person_id, told_at=None)
        return own.exclude(about_actor & ~Q(asked_by=actor.person_id))

    def told_to(self, actor: Actor) -> Self:
        """Those about the person, or about whom the person acts for, once they may be told."""
        about = Q(person_id=actor.person_id)
        if actor.organisation_id is not None:
            about |= Q(party_id=actor.organisation_id)
        return self.filter(about, told_at__isnull=False)


class Disclosure(models.Model):
    """What was asked never changes (a trigger keeps it); it is decided once, by somebody else.

    ``person`` or ``party`` is whose records they are. The party is told at ``tell_at``, or with the
    approval where that is empty. The ledger has commitments under ``key`` to request and refusal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(max_length=24, choices=What.choices)
    person = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    party = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    since = models.DateField()
    until = models.DateField()
    basis = models.CharField(max_length=32, choices=Basis.choices)
    words = models.CharField(max_length=TEXT_LIMIT)
    key = models.BinaryField(default=new_key)
    tell_at = models.DateTimeField(null=True)
    tell_reason = models.CharField(max_length=24, choices=Secrecy.choices, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    lapses_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_words = models.CharField(max_length=TEXT_LIMIT, blank=True, default="")
    made_at = models.DateTimeField(null=True)
    manifest_digest = models.CharField(max_length=64, blank=True, default="")
    row_count = models.IntegerField(null=True)
    entry_count = models.IntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        db_table = "disclosure_request"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="disclosure_second_person", condition=~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="disclosure_not_by_whom_it_is_about",
                condition=~Q(decided_by=F("person_id")),
            ),
            models.CheckConstraint(
                name="disclosure_codes_known",
                condition=Q(basis__in=Basis.values, tell_reason__in=["", *Secrecy.values]),
            ),
            models.CheckConstraint(
                name="disclosure_whose",
                condition=Q(what=What.PERSON, person__isnull=False, party=None)
                | Q(what__in=[What.ORGANISATION, What.REGISTER], person=None, party__isnull=False),
            ),
            models.CheckConstraint(
                name="disclosure_days",
                condition=Q(until__gte=F("since"))
                & Q(until__lt=F("since") + timedelta(days=MOST_DAYS)),
            ),
            models.CheckConstraint(
                name="disclosure_telling",
                condition=Q(tell_at=None, tell_reason="")
                | Q(tell_at__lte=F("asked_at") + LATEST_TELLING) & ~Q(tell_reason=""),
            ),
            models.CheckConstraint(
                name="disclosure_lapses_in_7_days",
                condition=Q(lapses_at=F("asked_at") + LAPSES_AFTER),
            ),
            models.CheckConstraint(
                name="disclosure_status_has_its_people",
                condition=Q(status=Status.WAITING, decided_by=None, decided_at=None, told_at=None)
                | Q(status=Status.LAPSED, decided_by=None, decided_at__gte=F("lapses_at"))
                | Q(
                    status__in=[Status.APPROVED, Status.REFUSED],
                    decided_by__isnull=False,
                    decided_at__lt=F("lapses_at"),
                ),
            ),
            models.CheckConstraint(
                name="disclosure_made_of_approved",
                condition=Q(made_at=None, manifest_digest="", erased_at=None)
                | Q(status=Status.APPROVED, made_at__isnull=False)
                & ~Q(manifest_digest="")
                & Q(row_count__isnull=False, entry_count__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "asked_at", "id"], name="disclosure_by_time"),
            models.Index(fields=["person", "asked_at"], name="disclosure_of_person"),
            models.Index(fields=["party", "asked_at"], name="disclosure_of_party"),
            models.Index(
                fields=["lapses_at"], condition=Q(status="waiting"), name="disclosure_waiting"
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(status="approved", told_at=None) | Q(status="approved", erased_at=None),
                name="disclosure_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def ref(self) -> str:
        """How the ledger names this request."""
        return f"disclosure:{self.id}"

    @property
    def whose(self) -> str:
        """Whose records they are, as a reference."""
        return f"person:{self.person_id}" if self.person_id else f"organisation:{self.party_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided."""
        return self.status == Status.WAITING

    @property
    def erase_at(self) -> datetime | None:
        """When the file goes; None while there is none."""
        return None if self.made_at is None else self.made_at + KEPT

    def asked_terms(self) -> dict[str, str]:
        """What the one who asked wrote; the same words before and after it is stored."""
        day = None if self.tell_at is None else self.tell_at.astimezone(SHANGHAI)
        return {
            "what": self.what,
            "whose": self.whose,
            "since": f"{self.since:%Y-%m-%d}",
            "until": f"{self.until:%Y-%m-%d}",
            "basis": self.basis,
            "words": self.words,
            "tell_at": "" if day is None else day.isoformat(),
            "tell_reason": self.tell_reason,
        }

    def terms(self) -> dict[str, str]:
        """All of the request, as it is committed to and as the export repeats it."""
        return {
            **self.asked_terms(),
            "reference": self.reference,
            "regulator": str(self.organisation_id),
            "asked_by": f"person:{self.asked_by}",
            "asked_at": self.asked_at.isoformat(),
        }

    def request_digest(self) -> str:
        """What the ledger keeps of the request: enough to show later that it was this one."""
        return commitment_of(COMMITTED, self.terms(), key=bytes(self.key))

    def digest_of(self, text: str) -> str:
        """What the ledger keeps of a text."""
        return commitment_of(COMMITTED, {"text": text}, key=bytes(self.key))


class DisclosureFile(models.Model):
    """The file that was made, until it is erased."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, primary_key=True)
    content = models.BinaryField()

    class Meta:
        db_table = "disclosure_file"

    def __str__(self) -> str:
        return str(self.disclosure_id)
