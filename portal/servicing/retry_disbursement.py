"""A bank tries again to pay a loan out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.servicing.loans import lock_loan
from portal.servicing.models import Loan, OrderRole
from portal.servicing.orders import new_payout, record_order
from portal.servicing.transitions import LoanStatus, check_move


@transaction.atomic(durable=True)
def retry_disbursement(actor: Actor, *, loan_id: UUID) -> Loan:
    """Ask for the disbursement once more, under a new order: the rail has said no to the last.

    Refuses (NotAllowed) who may not, (NotFound) another bank's loan, (InvalidTransition) one whose
    disbursement has not failed.
    """
    require(actor, Permission.LOAN_DISBURSE)
    loan = lock_loan(loan_id, actor)
    check_move(loan.status, LoanStatus.DISBURSING)
    loan.status = LoanStatus.DISBURSING
    loan.save(update_fields=["status"])
    order = new_payout(
        actor, loan, amount_fen=loan.amount_fen - loan.fees_fen, role=OrderRole.DISBURSEMENT
    )
    record_order(actor, EventKind.LOAN_DISBURSEMENT_RETRIED, order)
    return loan
