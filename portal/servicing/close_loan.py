"""A loan that is paid back is closed, with a statement for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.applications.telling import tell_firm
from portal.core.actor import SystemActor
from portal.servicing.closing import close
from portal.servicing.loans import account_of, lock_loan, open_order, terms_of
from portal.servicing.models import Loan
from portal.servicing.standing import return_surplus
from portal.servicing.transitions import LoanStatus, check_move


@transaction.atomic(durable=True)
def close_loan(actor: SystemActor, *, loan_id: UUID) -> Loan | None:
    """Freeze the statement and close the loan; a closed one stays as it is.

    None while an order is open or something of the firm's is still with the bank: it is sent back
    first. Refuses (NotFound) an unknown loan, (InvalidTransition) one on which something is owed.
    """
    loan = lock_loan(loan_id)
    if loan.status == LoanStatus.CLOSED:
        return loan
    check_move(loan.status, LoanStatus.CLOSED)
    account = account_of(loan, day=loan.settled_on or terms_of(loan).paid_out_on)
    if not return_surplus(actor, loan, account) or open_order(loan) is not None:
        return None
    close(actor, loan)
    tell_firm(loan.application, "loan_closed")
    return loan
