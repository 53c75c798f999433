"""How a loan's state follows from its account; a step of use cases, under the loan's lock."""

from __future__ import annotations

from django.db.models import Sum

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.telling import tell_firm
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.servicing.account import Account
from portal.servicing.arrears import arrears_of
from portal.servicing.loans import next_look, open_order
from portal.servicing.models import Loan, OrderRole, OrderState
from portal.servicing.orders import new_payout
from portal.servicing.outcomes import tell_if_bad
from portal.servicing.transitions import RUNNING, LoanStatus, check_move


def follow(actor: SystemActor, loan: Loan, account: Account) -> None:
    """Bring state, class of arrears and the day of the next look into line with the account.

    It is derived and never moved by steps: whatever is heard late, the answer is the same.
    """
    if LoanStatus(loan.status) not in RUNNING:
        return
    _class(actor, loan, account)
    target = _target(account)
    if target != loan.status:
        check_move(loan.status, target)
        loan.status = target
        _tell(actor, loan, account)
    loan.next_look_on = next_look(account, day=account.day)
    loan.save(update_fields=["status", "arrears", "next_look_on", "settled_on"])
    return_surplus(actor, loan, account)


def return_surplus(actor: SystemActor, loan: Loan, account: Account) -> bool:
    """Whether nothing of the firm's is left with the bank; what is, is sent back."""
    sent = loan.orders.filter(role=OrderRole.REFUND, state=OrderState.SETTLED)
    left = account.surplus_fen - (sent.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
    if left > 0 and open_order(loan) is None:
        new_payout(actor, loan, amount_fen=left, role=OrderRole.REFUND)
    return left <= 0


def _target(account: Account) -> LoanStatus:
    if account.is_settled:
        return LoanStatus.SETTLED
    return LoanStatus.IN_ARREARS if account.days_past_due else LoanStatus.ACTIVE


def _class(actor: SystemActor, loan: Loan, account: Account) -> None:
    found = arrears_of(account.days_past_due)
    if found != loan.arrears:
        loan.arrears = found
        _record(actor, EventKind.LOAN_CLASSED, loan, code=found.value)
        tell_if_bad(loan, account)


def _tell(actor: SystemActor, loan: Loan, account: Account) -> None:
    if loan.status == LoanStatus.SETTLED:
        # Heard late, it was settled all the same on the day of its last payment.
        loan.settled_on = loan.payments.latest("paid_on").paid_on
        _record(actor, EventKind.LOAN_SETTLED, loan)
        tell_firm(loan.application, "loan_settled")
        enqueue(Job.CLOSE_LOAN, subject=f"loan:{loan.id}", key=f"close:{loan.id}")
    elif loan.status == LoanStatus.IN_ARREARS:
        tell_firm(loan.application, "loan_overdue")


def _record(actor: SystemActor, kind: EventKind, loan: Loan, **more: str) -> None:
    payload = {"loan": str(loan.id), **more}
    record(kind, actor=actor.ref, subject=loan.application.ref, payload=payload)
