"""The queue's query bar as conditions on cases; each has an index that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.lookups import Exact
from django.utils import timezone

from portal.accounts.queries import firm_ids_named
from portal.applications.models import LoanApplicationQuerySet
from portal.applications.sealing import BEFORE_BANK, UNDER_LIVE_CONSENT
from portal.applications.transitions import UNDECIDED, Status
from portal.core.actor import Actor
from portal.core.months import SHANGHAI
from scoring.queries import scores_in_band


class Show(StrEnum):
    """The queue's status filter."""

    OPEN = "open"
    TO_DECIDE = "to_decide"
    AWAITING_APPROVAL = "awaiting_approval"
    REVIEW = "review"
    BEING_PREPARED = "being_prepared"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    DECLINED = "declined"
    CLOSED = "closed"
    ALL = "all"


class Assigned(StrEnum):
    ANYONE = ""
    ME = "me"
    NOBODY = "nobody"


class Order(StrEnum):
    SENT = "sent"
    DUE = "due"


def _one_of_two(condition: Q, *, then: Q, otherwise: Q) -> Q:
    """``then`` of the cases that fit the condition, ``otherwise`` of the others; as a CASE.

    Of an OR over columns that go together PostgreSQL expects next to no row: it gathers and sorts
    them all. Of a CASE it expects half, and walks an index in order until the page is full.
    """
    return Q(Case(When(condition, then=_truth(then)), default=_truth(otherwise)))


def _truth(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


# Deadlines are of undecided cases: these can be put in their order.
CLOCKED: Final = frozenset(
    {Show.OPEN, Show.TO_DECIDE, Show.AWAITING_APPROVAL, Show.REVIEW, Show.BEING_PREPARED}
)
_PREPARED = [Status.SUBMITTED, Status.SCORING, Status.ACTION_REQUIRED]
_OPEN: Final = Q(status__in=sorted(UNDECIDED))
_SHOWN: Final = {
    Show.OPEN: _OPEN,
    Show.TO_DECIDE: Q(status=Status.UNDER_REVIEW) & UNDER_LIVE_CONSENT,
    Show.AWAITING_APPROVAL: Q(status=Status.AWAITING_APPROVAL) & UNDER_LIVE_CONSENT,
    Show.REVIEW: _OPEN & Q(review_asked_at__isnull=False),
    # Said to be open as well, so that the indexes of open cases are known to hold all of these.
    Show.BEING_PREPARED: _OPEN
    & _one_of_two(Q(status__in=_PREPARED), then=Q(Value(True)), otherwise=~UNDER_LIVE_CONSENT),
    Show.OFFERED: Q(status=Status.OFFERED),
    Show.ACCEPTED: Q(status=Status.ACCEPTED),
    Show.AGREED: Q(status=Status.AGREEMENT_SIGNED),
    Show.DECLINED: Q(status=Status.DECLINED),
    Show.CLOSED: Q(status__in=[Status.EXPIRED, Status.WITHDRAWN]),
    Show.ALL: Q(),
}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """The query bar. ``looked`` is None for both; ``after`` is where the last page ended.

    ``since`` and ``until`` are days on which cases were sent, both counted.
    """

    show: Show = Show.OPEN
    band: str = ""
    text: str = ""
    product: UUID | None = None
    assigned: Assigned = Assigned.ANYONE
    is_overdue: bool = False
    since: date | None = None
    until: date | None = None
    order: Order = Order.SENT
    looked: bool | None = None
    after: tuple[datetime, UUID] | None = None

    @property
    def column(self) -> str:
        """What the list is ordered by."""
        by_due = self.order is Order.DUE and self.show in CLOCKED
        return "due_at" if by_due or self.is_overdue else "submitted_at"


def filtered(
    cases: LoanApplicationQuerySet, actor: Actor, wanted: CaseFilter
) -> LoanApplicationQuerySet:
    """The cases that fit, in their order, from where the last page ended."""
    cases = _by_desk(cases.filter(_SHOWN[wanted.show]), actor, wanted)
    if wanted.band:
        cases = cases.filter(_in_band(wanted.band))
    if wanted.text:
        cases = cases.filter(_named(wanted.text))
    if wanted.product is not None:
        cases = cases.filter(product_id=wanted.product)
    if wanted.looked is not None:
        cases = cases.filter(first_opened_at__isnull=not wanted.looked)
    cases = _by_day(cases, wanted)
    if wanted.after is not None:
        at, last_id = wanted.after
        column = wanted.column
        cases = cases.filter(**{f"{column}__gte": at}).exclude(**{column: at, "id__lte": last_id})
    return cases.order_by(wanted.column, "id")


def _by_desk(
    cases: LoanApplicationQuerySet, actor: Actor, wanted: CaseFilter
) -> LoanApplicationQuerySet:
    if wanted.assigned is Assigned.ME:
        cases = cases.filter(assigned_to_id=actor.person_id)
    elif wanted.assigned is Assigned.NOBODY:
        cases = cases.filter(assigned_to__isnull=True)
    if wanted.is_overdue:
        late = Q(due_at__lte=timezone.now(), clock_stopped_at__isnull=True)
        cases = cases.filter(late, status__in=sorted(UNDECIDED))
    return cases


def _by_day(cases: LoanApplicationQuerySet, wanted: CaseFilter) -> LoanApplicationQuerySet:
    if wanted.since is not None:
        cases = cases.filter(submitted_at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        cases = cases.filter(submitted_at__lt=_midnight(wanted.until) + timedelta(days=1))
    return cases


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _named(text: str) -> Q:
    """A reference, or a firm by its code or the beginning of its name."""
    return Q(reference__startswith=text.upper()) | Q(firm_id__in=firm_ids_named(text))


def _in_band(band: str) -> Q:
    """A sealed score must not be found by its band either."""
    own = scores_in_band(band).filter(id=OuterRef("score_id")).values("band")[:1]
    # A scalar, asked row by row: ``IN`` would first gather every score of the band. Before the
    # consent, whose state takes several looks.
    seen = BEFORE_BANK & Q(Exact(Subquery(own), Value(band))) & UNDER_LIVE_CONSENT
    frozen = Q(decision__inputs__score__band=band)
    return _one_of_two(Q(decision__isnull=False), then=frozen, otherwise=seen)
