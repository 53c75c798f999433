"""With the money paid out the days are fixed on which it comes back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.telling import tell_firm
from portal.core.actor import SystemActor
from portal.products.schedule import due_date
from portal.servicing.loans import last_day_to_pay, lock_loan, terms_of
from portal.servicing.models import Loan
from portal.servicing.outcomes import tell_paid_out
from portal.servicing.transitions import LoanStatus, check_move


@transaction.atomic(durable=True)
def begin_loan(actor: SystemActor, *, loan_id: UUID) -> Loan:
    """Fix each instalment's last day and let the loan run; one that runs already stays as it is.

    Refuses (NotFound) an unknown loan, (InvalidTransition) one that was not paid out.
    """
    loan = lock_loan(loan_id)
    if loan.last_days:
        return loan
    check_move(loan.status, LoanStatus.ACTIVE)
    began = terms_of(loan).paid_out_on
    due = [due_date(began, number + 1) for number in range(loan.term_months)]
    loan.last_days = [last_day_to_pay(day).isoformat() for day in due]
    plan = terms_of(loan).plan(loan.amount_fen, month=1)
    loan.status, loan.next_look_on = LoanStatus.ACTIVE, plan[0].due_on
    loan.save(update_fields=["status", "last_days", "next_look_on"])
    record(
        EventKind.LOAN_BEGUN,
        actor=actor.ref,
        subject=loan.application.ref,
        payload={"loan": str(loan.id)},
    )
    tell_firm(loan.application, "loan_paid_out")
    tell_paid_out(loan)
    return loan
