"""What pages may know of attached invoices. Callers have checked who may see the application."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from portal.core.months import Month
from portal.invoices.checking.comparison import Comparison
from portal.invoices.checking.status_list import Status
from portal.invoices.models import Attachment, KnownStatuses

_RUNS_OUT: Final = frozenset({Status.VALID, Status.NOT_LISTED})


@dataclass(frozen=True, slots=True)
class InvoiceAnswer:
    """One attached file. ``comparison`` is None for who may not know it now."""

    id: UUID
    file_name: str
    number_tail: str
    month: Month | None
    side: str
    amount_band: str
    refusals: tuple[str, ...]
    place: str
    status: Status
    comparison: Comparison | None
    attached_at: datetime

    @property
    def is_refused(self) -> bool:
        return bool(self.refusals)

    @property
    def is_doubtful(self) -> bool:
        """Genuine as a document, but not to be relied on."""
        return self.status in {Status.VOID, Status.REVERSED, Status.NOT_LISTED} or (
            self.comparison
            in {Comparison.DIFFERS, Comparison.NOT_IN_RECORDS, Comparison.VOID_IN_RECORDS}
        )

    @property
    def is_settled(self) -> bool:
        """Nothing more is to be learned, and nothing speaks against it."""
        return self.status is Status.VALID and self.comparison is Comparison.AGREES


@dataclass(frozen=True, slots=True)
class InvoiceAnswers:
    """Everything attached to one application; ``listed_at``: how old the statuses are."""

    rows: tuple[InvoiceAnswer, ...]
    listed_at: datetime | None


def invoices_at(
    application_id: UUID, *, is_score_made: bool, may_compare: bool = True
) -> InvoiceAnswers:
    """The answers at an application, newest first, in two queries.

    A status that rests on a list that has run out is unknown. An invoice that came after the
    consent's use was spent is not compared.
    """
    known = KnownStatuses.objects.filter(issuer=settings.AUTHORITY_ISSUER).defer("token").first()
    is_current = known is not None and timezone.now() < known.next_update
    rows = Attachment.objects.filter(application_id=application_id).order_by(
        "-attached_at", "file_name", "id"
    )
    now = {"is_current": is_current, "is_score_made": is_score_made, "may_compare": may_compare}
    answers = [_shown(_answer(row), **now) for row in rows]
    return InvoiceAnswers(tuple(answers), known.issued_at if known else None)


def count_at(application_id: UUID) -> int:
    """How many files are attached to an application."""
    return Attachment.objects.filter(application_id=application_id).count()


def _answer(row: Attachment) -> InvoiceAnswer:
    return InvoiceAnswer(
        id=row.id,
        file_name=row.file_name,
        number_tail=row.number_tail,
        month=None if row.month is None else Month.of(row.month),
        side=row.side,
        amount_band=row.amount_band,
        refusals=tuple(row.refusals),
        place=row.place,
        status=Status(row.status),
        comparison=Comparison(row.comparison),
        attached_at=row.attached_at,
    )


def _shown(
    answer: InvoiceAnswer, *, is_current: bool, is_score_made: bool, may_compare: bool
) -> InvoiceAnswer:
    if not is_current and answer.status in _RUNS_OUT:
        answer = replace(answer, status=Status.UNKNOWN)
    if answer.comparison is Comparison.WAITING and is_score_made:
        answer = replace(answer, comparison=Comparison.CONSENT_USED)
    return answer if may_compare else replace(answer, comparison=None)
