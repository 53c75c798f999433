"""How much may be paid on a loan now, and what it would pay."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.servicing.account import Account
from portal.servicing.loans import account_of, loan_for, today
from portal.servicing.models import Loan
from portal.servicing.orders import check_none_open
from portal.servicing.terms import Parts, Payment
from portal.servicing.transitions import RUNNING, LoanStatus


def check_repayment(loan: Loan, amount_fen: int) -> None:
    """Refuse (RuleBroken) a loan that isn't running, on which money is moving, or a wrong amount.

    Wrong is nothing or less, more than is owed today, and what only pays interest that has not
    fallen due.
    """
    if LoanStatus(loan.status) not in RUNNING:
        raise RuleBroken(_("Nothing can be paid on this loan now."), code="loan_not_running")
    check_none_open(loan)
    _check_amount(amount_fen, account_of(loan, day=today()))


def repayment_parts(actor: Actor, *, loan_id: UUID, amount_fen: int) -> Parts:
    """What the amount would pay today; refuses as `repay_loan`, and changes nothing."""
    require(actor, Permission.LOAN_REPAY)
    loan = loan_for(actor, loan_id)
    check_repayment(loan, amount_fen)
    return account_of(loan, day=today()).pay(Payment(amount_fen, today()))


def _check_amount(amount_fen: int, account: Account) -> None:
    due, most = account.due.owed_fen, account.payoff.owed_fen
    if not 1 <= amount_fen <= most:
        raise RuleBroken(
            _("Pay at least ¥0.01 and at most ¥%(most)s: all that is owed today.")
            % {"most": yuan(most)},
            code="payment_out_of_range",
        )
    least = due + account.accrued_fen
    if due < amount_fen <= least and amount_fen < most:
        raise RuleBroken(
            _(
                "Pay more than ¥%(least)s, or no more than what is due: less than that only pays "
                "interest that has not fallen due."
            )
            % {"least": yuan(least)},
            code="payment_too_small",
        )
