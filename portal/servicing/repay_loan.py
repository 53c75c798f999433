"""A firm pays before it has to, or what is overdue."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.servicing.account import Account
from portal.servicing.loans import account_of, lock_loan, today
from portal.servicing.models import MoneyOrder, OrderRole
from portal.servicing.orders import new_collection
from portal.servicing.transitions import RUNNING, LoanStatus


@transaction.atomic(durable=True)
def repay_loan(actor: Actor, *, loan_id: UUID, amount_fen: int) -> MoneyOrder:
    """Ask the rail for so much of the firm's money, all of it or nothing.

    Refuses (NotAllowed) who may not act for a firm, (NotFound) another firm's loan, and
    (RuleBroken) a loan that isn't running, nothing or less, more than is owed today, too little to
    pay more than the interest to the day, and a second order while one is under way.
    """
    require(actor, Permission.LOAN_REPAY)
    loan = lock_loan(loan_id, actor)
    if LoanStatus(loan.status) not in RUNNING:
        raise RuleBroken(_("Nothing can be paid on this loan now."), code="loan_not_running")
    _check_amount(amount_fen, account_of(loan, day=today()))
    return new_collection(actor, loan, amount_fen=amount_fen, role=OrderRole.EARLY)


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
