"""What a firm's pages read of its applications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from portal.applications.access import application_for
from portal.applications.action_reasons import ACTION_TEXTS, PAUSED, ActionReason, ActionText
from portal.applications.earlier_decision import EarlierDecision, earlier_decision
from portal.applications.funding_queries import took_an_offer
from portal.applications.models import Decision, LoanApplication
from portal.applications.sealing import UNDER_LIVE_CONSENT, effective_status
from portal.applications.transitions import (
    FOR_FIRM,
    IN_WORK,
    SENDABLE,
    UNDECIDED,
    WITH_BANK,
    Display,
    Status,
    may_move,
)
from portal.consents.queries import ConsentView, consent_for, live_consent_ids
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.paging import PAGE_SIZE, Page, Place, newest_first
from portal.products.reason_codes import REASONS, Outcome, Reason
from scoring.queries import ScoreView, newest_score_of_firm, score_about, score_under
from scoring.queries import scores_of_firm as all_scores_of_firm


@dataclass(frozen=True, slots=True)
class FirmEntry:
    """One line of a firm's list."""

    application: LoanApplication
    status: Status
    display: Display

    @property
    def needs_firm(self) -> bool:
        """Whether the next step is the firm's."""
        return self.status in SENDABLE | {Status.OFFERED}


@dataclass(frozen=True, slots=True)
class FirmCase:
    """One application as its firm sees it; the firm keeps seeing its own score.

    ``took_another`` is of a declined one: another bank's offer on the same request was accepted.
    """

    application: LoanApplication
    status: Status
    display: Display
    action: ActionText | None
    score: ScoreView | None
    consent: ConsentView | None
    decision: Decision | None
    reasons: tuple[Reason, ...]
    earlier: EarlierDecision | None
    took_another: bool

    @property
    def is_draft(self) -> bool:
        return self.status is Status.DRAFT

    @property
    def is_approved(self) -> bool:
        """Whether the bank said yes, whatever came of it."""
        return self.decision is not None and self.decision.outcome == Outcome.APPROVE

    @property
    def is_paused(self) -> bool:
        """Whether it goes on as soon as its consent is resumed."""
        return self.action is PAUSED

    @property
    def is_asked(self) -> bool:
        """Whether the bank's question is what it waits for."""
        return self.status is Status.ACTION_REQUIRED and self.application.is_asked

    @property
    def may_ask_review(self) -> bool:
        """Whether a decline of the policy alone stands, which a person has to look at if asked."""
        return (
            self.status is Status.DECLINED
            and self.decision is not None
            and self.decision.is_automatic
            and not self.took_another
        )

    @property
    def takes_documents(self) -> bool:
        """Whether the bank has it and has not decided."""
        return self.application.status in UNDECIDED

    @property
    def is_before_bank(self) -> bool:
        """Whether a person at the bank can work on it now."""
        return self.status in WITH_BANK

    @property
    def may_withdraw(self) -> bool:
        return may_move(self.application.status, Status.WITHDRAWN)


def applications_of_firm(
    actor: Actor, *, after: Place | None = None, size: int = PAGE_SIZE
) -> Page[FirmEntry]:
    """A page of the firm's applications, newest first, in two queries."""
    visible = LoanApplication.objects.visible_to(actor).select_related("bank", "product")
    page = newest_first(visible, "created_at", after=after, size=size)
    consents = [row.consent_id for row in page.rows if row.consent_id is not None]
    live = live_consent_ids(consents)
    return page.map(lambda row: _entry(row, is_live=row.consent_id in live))


def application_waiting_for(actor: Actor) -> FirmEntry | None:
    """The newest application whose next step is the firm's, in one query; None without one."""
    stopped = Q(status__in=list(IN_WORK)) & ~UNDER_LIVE_CONSENT
    waiting = LoanApplication.objects.visible_to(actor).filter(
        Q(status__in=[*SENDABLE, Status.OFFERED]) | stopped
    )
    newest = waiting.select_related("bank", "product").order_by("-created_at", "id").first()
    return _entry(newest, is_live=False) if newest is not None else None


def firm_case_for(actor: Actor, application_id: UUID) -> FirmCase:
    """One application with all that its page says; NotFound for another firm's."""
    application = application_for(actor, application_id)
    consent = consent_for(actor, application.consent_id) if application.consent_id else None
    is_live = consent is not None and consent.is_live
    status = effective_status(application.status, is_live=is_live)
    decision = application.decision
    return FirmCase(
        application=application,
        status=status,
        display=FOR_FIRM[status],
        action=_action(application, status, consent),
        score=score_under(application.id, consent.id) if consent else None,
        consent=consent,
        decision=decision,
        reasons=tuple(REASONS[code] for code in decision.reasons) if decision else (),
        earlier=earlier_decision(application),
        took_another=status is Status.DECLINED and took_an_offer(application),
    )


def applications_under(consent_id: UUID) -> list[UUID]:
    """The applications that were last sent under a consent; for jobs."""
    sent = LoanApplication.objects.filter(consent_id=consent_id)
    return list(sent.values_list("id", flat=True))


def application_of_request(actor: Actor, request_id: UUID) -> LoanApplication | None:
    """The actor's application that a consent request was made for; None when it was for none."""
    return LoanApplication.objects.visible_to(actor).filter(request_id=request_id).first()


def references_of(actor: Actor, application_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The references of those of the applications that the actor may see; one query."""
    ids = [one for one in application_ids if one is not None]
    found = LoanApplication.objects.visible_to(actor).filter(id__in=ids)
    return dict(found.values_list("id", "reference"))


def scores_of_firm(actor: Actor, *, after: Place | None = None) -> Page[ScoreView]:
    """A page of the actor's firm's scores, newest first; nothing for anybody else."""
    if actor.organisation_kind is not OrganisationKind.FIRM or actor.organisation_id is None:
        return Page(rows=(), after=None)
    return all_scores_of_firm(actor.organisation_id, after=after)


def score_by_id(actor: Actor, score_id: UUID) -> ScoreView:
    """One score of the actor's firm; NotFound for any other."""
    is_firm = actor.organisation_kind is OrganisationKind.FIRM
    firm_id = actor.organisation_id if is_firm else None
    score = score_about(firm_id, score_id) if firm_id is not None else None
    if score is None:
        raise NotFound(code="score_not_found")
    return score


def score_of_firm(actor: Actor) -> ScoreView | None:
    """The newest score of the actor's firm, whichever application it was made for."""
    if actor.organisation_kind is not OrganisationKind.FIRM or actor.organisation_id is None:
        return None
    return newest_score_of_firm(actor.organisation_id)


def _entry(application: LoanApplication, *, is_live: bool) -> FirmEntry:
    status = effective_status(application.status, is_live=is_live)
    return FirmEntry(application=application, status=status, display=FOR_FIRM[status])


def _action(
    application: LoanApplication, status: Status, consent: ConsentView | None
) -> ActionText | None:
    if status is not Status.ACTION_REQUIRED:
        return None
    if application.action_reason:
        return ACTION_TEXTS[application.action_reason]
    is_paused = consent is not None and consent.is_paused
    return PAUSED if is_paused else ACTION_TEXTS[ActionReason.CONSENT_ENDED]
