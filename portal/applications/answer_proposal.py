"""The second of four eyes: another person approves what an officer proposes, or sends it back."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.approval_models import Answer, Proposal
from portal.applications.deciding import (
    Ruling,
    check_live,
    frozen_inputs,
    score_to_rest_on,
    write_decision,
)
from portal.applications.limits import check_may_second, limits_of
from portal.applications.models import LoanApplication
from portal.applications.offer_terms import OfferTerms
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, RuleBroken
from portal.products.queries import version_in_force
from portal.products.reason_codes import Outcome


@transaction.atomic(durable=True)
def answer_proposal(
    actor: Actor, *, application_id: UUID, answer: Answer, note: str = ""
) -> Proposal:
    """Approve what another officer has proposed, on the same inputs, or send the case back.

    NotAllowed without the right to approve as the second and for the proposer, NotFound for
    another bank's case, InvalidTransition when it awaits no approval (any more), RuleBroken for an
    amount above the person's limit as it is now, for inputs that are not those of the proposal,
    for a consent that has ended, and for an overlong or, sending back, a missing note.
    """
    require(actor, Permission.APPLICATION_APPROVE)
    application = lock_application(actor, application_id)
    proposal = _open_proposal(application)
    if proposal.proposed_by == actor.person_id:
        raise NotAllowed(code="own_proposal")
    rules.check_note(note)
    if answer is Answer.APPROVED:
        _approve(actor, application, proposal)
    else:
        _send_back(actor, application, note)
    proposal.answer = answer
    proposal.answer_note = note.strip()
    proposal.answered_by = actor.person_id
    proposal.answered_at = timezone.now()
    proposal.save(update_fields=["answer", "answer_note", "answered_by", "answered_at"])
    return proposal


def _open_proposal(application: LoanApplication) -> Proposal:
    """What the case waits with: its newest proposal.

    One that was sent back, and so is under review again, may be approved by one officer, but not
    by this door: hence not only ``check_move``.
    """
    if application.status != Status.AWAITING_APPROVAL:
        raise InvalidTransition(code=f"application_{application.status}_to_{Status.OFFERED}")
    return Proposal.objects.filter(application=application).latest("proposed_at")


def _approve(actor: Actor, application: LoanApplication, proposal: Proposal) -> None:
    limits = limits_of(application.bank_id, actor.person_id, lock=True)
    terms = OfferTerms.thaw(proposal.terms)
    check_may_second(terms.amount_fen, limits)
    score = score_to_rest_on(application)
    # In the form in which they were stored: tuples have become lists.
    inputs = frozen_inputs(application, score, version_in_force(application.product_id))
    if json.loads(json.dumps(inputs)) != proposal.inputs:
        raise RuleBroken(
            _("Score or terms have changed since the approval was proposed: send the case back."),
            code="proposal_outdated",
        )
    ruling = Ruling(
        outcome=Outcome.APPROVE,
        reasons=proposal.reasons,
        note_to_firm=proposal.note_to_firm,
        terms=terms,
        decided_by=proposal.proposed_by,
        alone_fen=proposal.alone_fen,
        inputs=proposal.inputs,
        approved_by=actor.person_id,
    )
    write_decision(actor, application, ruling, score)
    check_live(application)


def _send_back(actor: Actor, application: LoanApplication, note: str) -> None:
    if not note.strip():
        raise RuleBroken(_("Say what the officer should look at again."), code="note_missing")
    check_move(application.status, Status.UNDER_REVIEW)
    application.status = Status.UNDER_REVIEW
    application.save(update_fields=["status"])
    record(EventKind.APPROVAL_RETURNED, actor=actor.ref, subject=application.ref, payload={})
