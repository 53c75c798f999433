"""An agreement that nobody can go back on any more becomes a loan, and its money is asked for."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.access import lock_for_worker
from portal.applications.agreements import agreed
from portal.applications.cooling_off import free_until
from portal.applications.disbursement import Disbursement
from portal.applications.models import Acceptance, BankSignature
from portal.applications.transitions import Status
from portal.core.actor import SystemActor
from portal.servicing.models import BankAccount, Loan, OrderRole
from portal.servicing.orders import new_payout


@transaction.atomic(durable=True)
def open_loan(actor: SystemActor, *, application_id: UUID) -> Loan | None:
    """Open the loan as both sides signed it, with its only disbursement; None while it can't be.

    It can't before both have signed, as long as the firm may go back on it, without an account of
    the firm's (offers of format 1) or of the bank's on that rail, and a second time. Terms and
    account come from the signatures alone. Refuses (RuleBroken) signatures that don't hold.
    """
    application = lock_for_worker(application_id)
    signature = BankSignature.objects.filter(offer__application_id=application_id).first()
    if application.status != Status.AGREEMENT_SIGNED or signature is None:
        return None
    acceptance = Acceptance.objects.select_related("offer").get(offer_id=signature.offer_id)
    if (
        timezone.now() < free_until(acceptance)
        or Loan.objects.filter(application_id=application_id).exists()
    ):
        return None
    found = agreed(signature)
    place = found.accepted.place
    own = place and BankAccount.objects.filter(bank_id=application.bank_id, rail=place.rail).first()
    if place is None or own is None:
        return None
    loan = _loan(acceptance, place, own.account, agreement_sha256=found.sha256)
    loan.save(force_insert=True)
    new_payout(actor, loan, amount_fen=loan.amount_fen - loan.fees_fen, role=OrderRole.DISBURSEMENT)
    record(
        EventKind.LOAN_OPENED,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "loan": str(loan.id),
            "offer": str(loan.offer_id),
            "agreement_sha256": loan.agreement_sha256,
            "rail": loan.rail,
        },
    )
    return loan


def _loan(
    acceptance: Acceptance, place: Disbursement, bank_account: str, *, agreement_sha256: str
) -> Loan:
    offer = acceptance.offer
    terms = offer.document
    return Loan(
        id=uuid4(),
        application_id=offer.application_id,
        offer=offer,
        firm_id=offer.firm_id,
        bank_id=offer.bank_id,
        agreement_sha256=agreement_sha256,
        rail=place.rail,
        account=place.account,
        bank_account=bank_account,
        payees=place.frozen()["payees"],
        amount_fen=terms["amount_fen"],
        fees_fen=terms["fees_fen"],
        annual_rate_bp=terms["annual_rate_bp"],
        effective_bp=terms["effective_bp"],
        penalty_rate_bp=terms["penalty_rate_bp"],
        term_months=terms["term_months"],
        method=terms["method"],
    )
