"""A firm pays before it has to, or what is overdue."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.servicing.loans import lock_loan
from portal.servicing.models import MoneyOrder, OrderRole
from portal.servicing.orders import new_collection, record_order
from portal.servicing.repayment_rules import check_repayment


@transaction.atomic(durable=True)
def repay_loan(actor: Actor, *, loan_id: UUID, amount_fen: int) -> MoneyOrder:
    """Ask the rail for so much of the firm's money, all of it or nothing.

    Refuses (NotAllowed) who may not act for a firm, (NotFound) another firm's loan, and
    (RuleBroken) as `check_repayment`: a second order while one is under way, too.
    """
    require(actor, Permission.LOAN_REPAY)
    loan = lock_loan(loan_id, actor)
    check_repayment(loan, amount_fen)
    order = new_collection(actor, loan, amount_fen=amount_fen, role=OrderRole.EARLY)
    record_order(actor, EventKind.LOAN_PAYMENT_ASKED, order)
    return order
