"""What a firm signed at the signer is carried out: one offer accepted, the others let go."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.applications.agreements import signed_acceptance
from portal.applications.models import Acceptance, LoanApplication
from portal.applications.telling import tell_case_workers, tell_firm
from portal.applications.transitions import AGREED, Status, may_move
from portal.applications.withdrawing import Because, end_application
from portal.core.actor import SystemActor


@transaction.atomic(durable=True)
def settle_acceptance(actor: SystemActor, *, funding_id: UUID) -> bool:
    """Accept the signed offer's application and withdraw all others of the request for money.

    Returns whether anything moved: nothing does a second time, or without an acceptance. Refuses
    (RuleBroken, acceptance_invalid) a row that the signer's key did not sign for this very offer.
    """
    applications = _locked(funding_id)
    acceptance = Acceptance.objects.select_related("offer").filter(funding_id=funding_id).first()
    if acceptance is None:
        return False
    signed_acceptance(acceptance)
    accepted = next(a for a in applications if a.id == acceptance.offer.application_id)
    if accepted.status != Status.OFFERED:
        return False
    accepted.status = Status.ACCEPTED
    accepted.save(update_fields=["status"])
    tell_firm(accepted, "offer_accepted")
    tell_case_workers(accepted, "offer_taken")
    for other in applications:
        _let_go(actor, other)
    return True


def _locked(funding_id: UUID) -> list[LoanApplication]:
    """All of them, always in the same order, so that two who do this wait for one another."""
    locked = LoanApplication.objects.select_for_update(no_key=True, of=("self",))
    beside = locked.filter(funding_id=funding_id).select_related("bank", "firm", "assigned_to")
    return list(beside.order_by("id"))


def _let_go(actor: SystemActor, application: LoanApplication) -> None:
    if application.status in AGREED or not may_move(application.status, Status.WITHDRAWN):
        return
    is_at_bank = application.submitted_at is not None
    end_application(actor, application, Because.ANOTHER_ACCEPTED)
    if is_at_bank:
        tell_case_workers(application, "application_withdrawn")
