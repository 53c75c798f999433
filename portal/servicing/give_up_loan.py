"""A bank gives up a loan that could not be paid out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.telling import tell_firm
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.servicing.closing import close
from portal.servicing.loans import lock_loan
from portal.servicing.models import Loan
from portal.servicing.transitions import LoanStatus


@transaction.atomic(durable=True)
def give_up_loan(actor: Actor, *, loan_id: UUID) -> Loan:
    """Close a loan of which no money ever moved.

    Refuses (NotAllowed) who may not, (NotFound) another bank's loan, (InvalidTransition) one whose
    disbursement has not failed: what is under way may have moved already.
    """
    require(actor, Permission.LOAN_DISBURSE)
    loan = lock_loan(loan_id, actor)
    if loan.status != LoanStatus.DISBURSEMENT_FAILED:
        raise InvalidTransition(code=f"loan_{loan.status}_to_closed")
    close(actor, loan)
    tell_firm(loan.application, "loan_given_up")
    return loan
