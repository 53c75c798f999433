"""An officer of the bank decides a case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.approval_models import Proposal
from portal.applications.deciding import (
    STATUS,
    Ruling,
    amount_of,
    check_live,
    frozen_inputs,
    score_to_rest_on,
    terms_to_offer,
    write_decision,
)
from portal.applications.limits import limits_of
from portal.applications.models import Decision, LoanApplication
from portal.applications.offer_terms import OfferTerms, check_offer
from portal.applications.telling import tell_approvers
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor
from portal.products.queries import version_in_force
from portal.products.reason_codes import Outcome
from portal.products.terms import Terms


@transaction.atomic(durable=True)
def decide_application(
    actor: Actor,
    *,
    application_id: UUID,
    outcome: Outcome,
    reasons: Sequence[str],
    note_to_firm: str = "",
    terms: OfferTerms | None = None,
) -> Decision | Proposal:
    """Approve or decline with coded reasons; everything the officer saw is frozen beside it.

    An approval makes an offer on ``terms``, by default those that ``terms_to_offer`` suggests.
    Above the officer's own limit it is a proposal, which waits for a second person.
    A score that was set aside is no input: only its id is frozen, as set aside.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's case,
    InvalidTransition when it is not (or no longer) under review, RuleBroken for reasons that do
    not fit the outcome or rest on a score that is not in sight, for a consent that has ended since
    the case was opened or while it was decided, for a score that the bank found wrong, and for
    terms beyond what was asked for or what the product's version in force allows.
    """
    require(actor, Permission.APPLICATION_DECIDE)
    application = lock_application(actor, application_id)
    check_move(application.status, _next(application, outcome))
    score = score_to_rest_on(application)
    rules.check_reasons(outcome, reasons, has_score=score.is_scored and score.is_in_sight)
    rules.check_note(note_to_firm)
    version = version_in_force(application.product_id)
    offered = None
    if outcome is Outcome.APPROVE:
        offered = terms or terms_to_offer(application, score, version)
        check_offer(offered, asked_fen=amount_of(application), product=Terms.of(version.document))
    ruling = Ruling(
        outcome=outcome,
        reasons=reasons,
        note_to_firm=note_to_firm,
        terms=offered,
        decided_by=actor.person_id,
        alone_fen=limits_of(application.bank_id, actor.person_id, lock=True).alone_fen,
        inputs=frozen_inputs(application, score, version),
    )
    made: Decision | Proposal
    if offered is not None and offered.amount_fen > ruling.alone_fen:
        made = _propose(actor, application, ruling, offered)
    else:
        made = write_decision(actor, application, ruling, score)
    check_live(application)
    return made


def _next(application: LoanApplication, outcome: Outcome) -> Status:
    """A case that awaits approval can't be decided by one person, whatever the amount."""
    if application.status == Status.AWAITING_APPROVAL:
        return Status.AWAITING_APPROVAL
    return STATUS[outcome]


def _propose(
    actor: Actor, application: LoanApplication, ruling: Ruling, terms: OfferTerms
) -> Proposal:
    check_move(application.status, Status.AWAITING_APPROVAL)
    application.status = Status.AWAITING_APPROVAL
    application.save(update_fields=["status"])
    proposal = Proposal.objects.create(
        application=application,
        reasons=list(ruling.reasons),
        note_to_firm=ruling.note_to_firm.strip(),
        terms=terms.frozen(),
        inputs=ruling.inputs,
        alone_fen=ruling.alone_fen,
        proposed_by=actor.person_id,
    )
    record(
        EventKind.APPROVAL_PROPOSED,
        actor=actor.ref,
        subject=application.ref,
        payload={"reasons": ",".join(ruling.reasons), "alone_fen": ruling.alone_fen},
    )
    tell_approvers(application, "approval_proposed", but=actor.person_id)
    return proposal
