"""What a bank's pages read. Every score here passes through ``sealing``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from portal.accounts.permissions import Permission, require
from portal.applications.access import application_for
from portal.applications.approval_models import Proposal
from portal.applications.case_filter import CaseFilter, filtered
from portal.applications.clock import Clock, clock_of
from portal.applications.earlier_decision import EarlierDecision, earlier_decision
from portal.applications.models import Decision, LoanApplication
from portal.applications.policy_runs import policy_run_about
from portal.applications.sealing import effective_status, is_score_open
from portal.applications.transitions import FOR_BANK, UNDECIDED, Display, Status
from portal.consents.queries import ConsentView, consent_for, live_consent_ids
from portal.core.actor import Actor
from portal.products.reason_codes import REASONS, Reason
from scoring.queries import ScoreView, score_under, scores_by_id

PAGE_SIZE = 20
_BESIDE = ("firm", "product", "decision", "assigned_to")


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One line of the queue; ``score`` is None unless the bank may see it now."""

    application: LoanApplication
    status: Status
    display: Display
    score: ScoreView | None
    clock: Clock | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Up to ``PAGE_SIZE`` lines, oldest or most urgent first; ``after`` leads to the next page."""

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
    clock: Clock | None
    decision: Decision | None
    reasons: tuple[Reason, ...]
    earlier: EarlierDecision | None
    proposal: Proposal | None
    policy: Mapping[str, Any] | None

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
    def is_undecided(self) -> bool:
        return self.status in UNDECIDED

    @property
    def may_be_decided(self) -> bool:
        return self.status is Status.UNDER_REVIEW

    @property
    def awaits_approval(self) -> bool:
        return self.status is Status.AWAITING_APPROVAL


def cases_for_bank(actor: Actor, wanted: CaseFilter) -> CasePage:
    """A page of the bank's queue, in three queries however many cases there are.

    NotAllowed for anybody but the bank's staff.
    """
    require(actor, Permission.CASE_VIEW)
    found = filtered(LoanApplication.objects.visible_to(actor), actor, wanted)
    rows = list(found.select_related(*_BESIDE)[: PAGE_SIZE + 1])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    after = None if last is None else (getattr(last, wanted.column), last.id)
    return CasePage(entries=_entries(rows[:PAGE_SIZE]), after=after)


def bank_case_for(actor: Actor, application_id: UUID) -> BankCase:
    """One case; NotFound for another bank's, NotAllowed for anybody but the bank's staff."""
    require(actor, Permission.CASE_VIEW)
    application = application_for(actor, application_id)
    consent = consent_for(actor, application.consent_id) if application.consent_id else None
    is_live = consent is not None and consent.is_live
    status = effective_status(application.status, is_live=is_live)
    decision = application.decision
    score = _score_of(application, decision, is_live=is_live)
    return BankCase(
        application=application,
        status=status,
        display=FOR_BANK[status],
        consent=consent,
        score=score if score is not None and score.is_in_sight else None,
        is_set_aside=_is_set_aside(score, decision),
        clock=clock_of(application, timezone.now(), is_sealed=status is Status.ACTION_REQUIRED),
        decision=decision,
        reasons=tuple(REASONS[code] for code in decision.reasons) if decision else (),
        earlier=earlier_decision(application) if is_live or decision is not None else None,
        proposal=application.proposals.order_by("-proposed_at").first(),
        policy=_policy_of(application, decision, score),
    )


def entries_for(actor: Actor, application_ids: Sequence[UUID]) -> dict[UUID, BankEntry]:
    """Lines of the given cases, in three queries; of another bank's none."""
    require(actor, Permission.CASE_VIEW)
    found = LoanApplication.objects.visible_to(actor).filter(id__in=application_ids)
    entries = _entries(list(found.select_related(*_BESIDE)))
    return {entry.application.id: entry for entry in entries}


def _entries(rows: Sequence[LoanApplication]) -> tuple[BankEntry, ...]:
    live = live_consent_ids([row.consent_id for row in rows if row.consent_id is not None])
    open_ids = [
        row.score_id
        for row in rows
        if row.score_id
        and is_score_open(row.status, is_live=row.consent_id in live, is_asked=row.is_asked)
    ]
    scores = scores_by_id(open_ids)
    return tuple(_entry(row, scores, is_live=row.consent_id in live) for row in rows)


def _entry(row: LoanApplication, scores: Mapping[UUID, ScoreView], *, is_live: bool) -> BankEntry:
    decision = row.decision
    status = effective_status(row.status, is_live=is_live)
    score = scores.get(row.score_id) if row.score_id is not None else None
    if score is not None and not score.is_in_sight:
        score = None
    return BankEntry(
        application=row,
        status=status,
        display=FOR_BANK[status],
        score=_frozen(decision) if decision is not None else score,
        clock=clock_of(row, timezone.now(), is_sealed=status is Status.ACTION_REQUIRED),
        decision=decision,
    )


def _score_of(
    application: LoanApplication, decision: Decision | None, *, is_live: bool
) -> ScoreView | None:
    if decision is not None:
        return _frozen(decision)
    is_open = is_score_open(application.status, is_live=is_live, is_asked=application.is_asked)
    if application.consent_id is None or not is_open:
        return None
    return score_under(application.id, application.consent_id)


def _policy_of(
    application: LoanApplication, decision: Decision | None, score: ScoreView | None
) -> Mapping[str, Any] | None:
    """What the policy saw and said; hidden where the score it saw is."""
    if decision is not None:
        kept: Mapping[str, Any] | None = decision.inputs.get("policy")
        return kept
    if score is None or not score.is_in_sight:
        return None
    run = policy_run_about(application.id, score.id)
    return run.frozen() if run is not None else None


def _frozen(decision: Decision) -> ScoreView | None:
    """The score that the decision rests on; None when it was set aside before."""
    kept = decision.inputs["score"]
    return ScoreView.thaw(kept) if kept is not None else None


def _is_set_aside(score: ScoreView | None, decision: Decision | None) -> bool:
    if decision is not None:
        return bool(decision.inputs.get("score_set_aside"))
    return score is not None and score.is_set_aside
