"""What a bank's pages read. Every score here passes through ``sealing``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import Subquery

from portal.accounts.permissions import Permission, require
from portal.applications.access import application_for
from portal.applications.models import Decision, LoanApplication, LoanApplicationQuerySet
from portal.applications.sealing import UNDER_LIVE_CONSENT, effective_status, is_score_open
from portal.applications.transitions import FOR_BANK, IN_WORK, Display, Status
from portal.consents.queries import ConsentView, consent_for, live_consent_ids
from portal.core.actor import Actor
from portal.products.reason_codes import REASONS, Reason
from scoring.queries import ScoreView, score_under, scores_by_id, scores_in_band

PAGE_SIZE = 20


class Show(StrEnum):
    """The queue's status filter."""

    OPEN = "open"
    TO_DECIDE = "to_decide"
    BEING_PREPARED = "being_prepared"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ALL = "all"


_SHOWN: dict[Show, Q] = {
    Show.OPEN: Q(status__in=list(IN_WORK | {Status.ACTION_REQUIRED})),
    Show.TO_DECIDE: Q(status=Status.UNDER_REVIEW) & UNDER_LIVE_CONSENT,
    Show.BEING_PREPARED: Q(status__in=[Status.SUBMITTED, Status.SCORING, Status.ACTION_REQUIRED])
    | (Q(status=Status.UNDER_REVIEW) & ~UNDER_LIVE_CONSENT),
    Show.APPROVED: Q(status=Status.APPROVED),
    Show.DECLINED: Q(status=Status.DECLINED),
    Show.WITHDRAWN: Q(status=Status.WITHDRAWN),
    Show.ALL: Q(),
}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """The query bar. ``looked`` is None for both; ``after`` is where the last page ended."""

    show: Show = Show.OPEN
    band: str = ""
    text: str = ""
    looked: bool | None = None
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One line of the queue; ``score`` is None unless the bank may see it now."""

    application: LoanApplication
    display: Display
    score: ScoreView | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Up to ``PAGE_SIZE`` lines, oldest first; ``after`` leads to the next page."""

    entries: tuple[BankEntry, ...]
    after: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class BankCase:
    """One case as its bank sees it."""

    application: LoanApplication
    status: Status
    display: Display
    consent: ConsentView | None
    score: ScoreView | None
    is_set_aside: bool
    decision: Decision | None
    reasons: tuple[Reason, ...]

    @property
    def is_consent_live(self) -> bool:
        return self.consent is not None and self.consent.is_live

    @property
    def is_sealed(self) -> bool:
        """Undecided, and the firm's consent has ended."""
        return self.status is Status.ACTION_REQUIRED and not self.is_consent_live

    @property
    def has_score_to_rest_on(self) -> bool:
        """Whether reasons that rest on a score make sense; a sealed one is refused as sealed."""
        return not self.is_set_aside and (self.score is None or self.score.is_scored)

    @property
    def may_be_decided(self) -> bool:
        return self.status is Status.UNDER_REVIEW


def cases_for_bank(actor: Actor, wanted: CaseFilter) -> CasePage:
    """A page of the bank's queue, in three queries however many cases there are.

    NotAllowed for anybody but the bank's staff.
    """
    require(actor, Permission.CASE_VIEW)
    found = _filtered(LoanApplication.objects.visible_to(actor), wanted)
    ordered = found.select_related("firm", "product", "decision").order_by("submitted_at", "id")
    rows = list(ordered[: PAGE_SIZE + 1])
    entries = _entries(rows[:PAGE_SIZE])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    after = (last.submitted_at, last.id) if last is not None and last.submitted_at else None
    return CasePage(entries=entries, after=after)


def bank_case_for(actor: Actor, application_id: UUID) -> BankCase:
    """One case; NotFound for another bank's, NotAllowed for anybody but the bank's staff."""
    require(actor, Permission.CASE_VIEW)
    application = application_for(actor, application_id)
    consent = consent_for(actor, application.consent_id) if application.consent_id else None
    is_live = consent is not None and consent.is_live
    status = effective_status(application.status, is_live=is_live)
    decision = Decision.objects.filter(application=application).first()
    score = _score_of(application, decision, is_live=is_live)
    return BankCase(
        application=application,
        status=status,
        display=FOR_BANK[status],
        consent=consent,
        score=score if score is not None and score.is_in_sight else None,
        is_set_aside=_is_set_aside(score, decision),
        decision=decision,
        reasons=tuple(REASONS[code] for code in decision.reasons) if decision else (),
    )


def entries_for(actor: Actor, application_ids: Sequence[UUID]) -> dict[UUID, BankEntry]:
    """Lines of the given cases, in three queries; of another bank's none."""
    require(actor, Permission.CASE_VIEW)
    found = LoanApplication.objects.visible_to(actor).filter(id__in=application_ids)
    entries = _entries(list(found.select_related("firm", "product", "decision")))
    return {entry.application.id: entry for entry in entries}


def _filtered(cases: LoanApplicationQuerySet, wanted: CaseFilter) -> LoanApplicationQuerySet:
    cases = cases.filter(_SHOWN[wanted.show])
    if wanted.band:
        cases = cases.filter(_in_band(wanted.band))
    if wanted.text:
        named = Q(firm__name__icontains=wanted.text) | Q(firm__name_zh__icontains=wanted.text)
        cases = cases.filter(named | Q(reference__icontains=wanted.text))
    if wanted.looked is not None:
        cases = cases.filter(first_opened_at__isnull=not wanted.looked)
    if wanted.after is not None:
        at, last_id = wanted.after
        cases = cases.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, id__gt=last_id))
    return cases


def _in_band(band: str) -> Q:
    """A sealed score must not be found by its band either."""
    scored = Subquery(scores_in_band(band).values("id"))
    seen = Q(status=Status.UNDER_REVIEW, score_id__in=scored) & UNDER_LIVE_CONSENT
    return seen | Q(decision__inputs__score__band=band)


def _entries(rows: Sequence[LoanApplication]) -> tuple[BankEntry, ...]:
    live = live_consent_ids([row.consent_id for row in rows if row.consent_id is not None])
    open_ids = [
        row.score_id
        for row in rows
        if row.score_id and is_score_open(row.status, is_live=row.consent_id in live)
    ]
    scores = scores_by_id(open_ids)
    return tuple(_entry(row, scores, is_live=row.consent_id in live) for row in rows)


def _entry(row: LoanApplication, scores: Mapping[UUID, ScoreView], *, is_live: bool) -> BankEntry:
    decision: Decision | None = getattr(row, "decision", None)
    score = scores.get(row.score_id) if row.score_id is not None else None
    if score is not None and not score.is_in_sight:
        score = None
    return BankEntry(
        application=row,
        display=FOR_BANK[effective_status(row.status, is_live=is_live)],
        score=_frozen(decision) if decision is not None else score,
    )


def _score_of(
    application: LoanApplication, decision: Decision | None, *, is_live: bool
) -> ScoreView | None:
    if decision is not None:
        return _frozen(decision)
    if application.consent_id is None or not is_score_open(application.status, is_live=is_live):
        return None
    return score_under(application.id, application.consent_id)


def _frozen(decision: Decision) -> ScoreView | None:
    """The score that the decision rests on; None when it was set aside before."""
    kept = decision.inputs["score"]
    return ScoreView.thaw(kept) if kept is not None else None


def _is_set_aside(score: ScoreView | None, decision: Decision | None) -> bool:
    if decision is not None:
        return bool(decision.inputs.get("score_set_aside"))
    return score is not None and score.is_set_aside
