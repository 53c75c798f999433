"""Examining uploaded files and keeping what came out; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.conf import settings

from portal.core.months import SHANGHAI
from portal.core.wire import load_public_keys
from portal.invoices.bands import band_of
from portal.invoices.checking.comparison import Comparison
from portal.invoices.checking.examine import Examined, examine
from portal.invoices.checking.status_list import Status, StatusList
from portal.invoices.marks import mark_of, marks_of
from portal.invoices.models import Attachment, Claim, SealedFile, Side
from portal.invoices.reading.invoice import EInvoice
from portal.invoices.sealing import sealed_file
from portal.invoices.statuses import known_list


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose invoices these are, and where they are attached.

    ``is_score_made``: the consent's use is spent, and nothing will be compared any more.
    """

    application_id: UUID
    firm_id: UUID
    bank_id: UUID
    uscc: str
    person_id: UUID
    is_score_made: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One file with what the portal itself found."""

    upload: Upload
    examined: Examined

    @property
    def genuine(self) -> EInvoice | None:
        return None if self.examined.codes else self.examined.invoice


def check_files(files: Iterable[Upload], *, uscc: str) -> list[Checked]:
    """Everything that needs no database."""
    keys, today = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS), datetime.now(SHANGHAI).date()
    return [
        Checked(file, examine(file.data, keys=keys, firm_uscc=uscc, today=today)) for file in files
    ]


def applications_with(checked: Iterable[Checked]) -> set[UUID]:
    """Every application, of any firm, at which one of these invoices stands."""
    marks = [mark for file in checked if file.genuine for mark in marks_of(file.genuine.number)]
    return set(Claim.objects.filter(mark__in=marks).values_list("application_id", flat=True))


def release_claims(applications: Collection[UUID]) -> None:
    """Let the invoices of applications that came to nothing be attached elsewhere."""
    Claim.objects.filter(application_id__in=applications).delete()


def keep(checked: Sequence[Checked], owner: Owner) -> list[Attachment]:
    """An attachment for each file, in their order; a genuine one claims its number.

    A number that already stands here or elsewhere is refused by a code that doesn't say where.
    """
    known, kept, now = known_list(), {}, datetime.now(UTC)
    # Always in the same order, so that two uploads of the same files wait and don't deadlock.
    for file in sorted(checked, key=_number):
        kept[id(file)] = _kept(file, owner, known)
    for attachment in kept.values():
        attachment.attached_at = now
    Attachment.objects.bulk_create([kept[id(file)] for file in checked])
    SealedFile.objects.bulk_create(
        [
            sealed_file(file.upload.data, attachment_id=kept[id(file)].id)
            for file in checked
            if kept[id(file)].comparison == Comparison.WAITING
        ]
    )
    return [kept[id(file)] for file in checked]


def _number(file: Checked) -> str:
    return file.genuine.number if file.genuine else ""


def _kept(file: Checked, owner: Owner, known: StatusList | None) -> Attachment:
    attachment = Attachment(
        id=uuid4(),
        application_id=owner.application_id,
        firm_id=owner.firm_id,
        bank_id=owner.bank_id,
        file_name=file.upload.name[:120],
        sha256=file.examined.sha256,
        refusals=list(file.examined.codes),
        place=file.examined.place[:200],
        comparison=Comparison.CONSENT_USED if owner.is_score_made else Comparison.WAITING,
        attached_by=owner.person_id,
    )
    if file.genuine is not None:
        attachment.refusals = _register(attachment, file.genuine.number)
        _describe(attachment, file.genuine, owner, known)
    if attachment.refusals:
        attachment.comparison = Comparison.NOT_COMPARED
    return attachment


def _register(attachment: Attachment, number: str) -> list[str]:
    """Claim the number; a code when it stands somewhere already.

    The insertion waits for a concurrent one of the same number to commit.
    """
    claim = Claim(
        mark=mark_of(number),
        application_id=attachment.application_id,
        attachment_id=attachment.id,
    )
    older = Claim.objects.filter(mark__in=marks_of(number)[1:]).first()
    if older is None:
        Claim.objects.bulk_create([claim], ignore_conflicts=True)
        older = Claim.objects.get(mark=claim.mark)
    if older.attachment_id == attachment.id:
        return []
    is_here = older.application_id == attachment.application_id
    return ["attached_twice" if is_here else "attached_elsewhere"]


def _describe(
    attachment: Attachment, invoice: EInvoice, owner: Owner, known: StatusList | None
) -> None:
    signed_at = invoice.signature.at
    attachment.number_mark = mark_of(invoice.number)
    attachment.number_tail = invoice.number[-4:]
    attachment.month = date(invoice.issued_on.year, invoice.issued_on.month, 1)
    attachment.side = Side.SALE if invoice.seller == owner.uscc else Side.PURCHASE
    attachment.amount_band = band_of(invoice.gross_fen)
    attachment.signed_at = signed_at
    attachment.status = (
        Status.UNKNOWN
        if known is None
        else known.status_of(invoice.number, signed_at=signed_at, now=datetime.now(UTC))
    )
