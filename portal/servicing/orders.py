"""How an order is made; steps of use cases, under the loan's lock."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.disbursement import Payee
from portal.core.actor import Actor, SystemActor
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.servicing.loans import open_order
from portal.servicing.models import Loan, MoneyOrder, OrderRole
from portal.servicing.rails.protocol import Kind, Order


def new_payout(
    actor: Actor | SystemActor, loan: Loan, *, amount_fen: int, role: OrderRole
) -> MoneyOrder:
    """Ask for money to the firm; what is lent goes where its agreement says, and to nobody else.

    Refuses (RuleBroken, payment_under_way) while another order is open.
    """
    payees = loan.payees if role is OrderRole.DISBURSEMENT else []
    return _ask(
        actor,
        MoneyOrder(
            loan=loan,
            role=role,
            kind=Kind.PAYOUT.value,
            amount_fen=amount_fen,
            least_fen=amount_fen,
            payer=loan.bank_account,
            payee=loan.account,
            payees=payees,
        ),
    )


def new_collection(
    actor: Actor | SystemActor, loan: Loan, *, amount_fen: int, role: OrderRole
) -> MoneyOrder:
    """Ask for money of the firm: what is due, or as much of it as there is; early, all or nothing.

    Refuses (RuleBroken, payment_under_way) while another order is open.
    """
    return _ask(
        actor,
        MoneyOrder(
            loan=loan,
            role=role,
            kind=Kind.COLLECTION.value,
            amount_fen=amount_fen,
            least_fen=1 if role is OrderRole.INSTALMENT else amount_fen,
            payer=loan.account,
            payee=loan.bank_account,
        ),
    )


def check_none_open(loan: Loan) -> None:
    """Refuse (RuleBroken, payment_under_way) while money of the loan is moving."""
    if open_order(loan) is not None:
        raise RuleBroken(
            _("A payment of this loan is under way. Wait until it has arrived."),
            code="payment_under_way",
        )


def order_for_rail(row: MoneyOrder) -> Order:
    """As the rail is asked: the same each time, so that it is the same order each time."""
    return Order(
        id=row.id,
        kind=Kind(row.kind),
        amount_fen=row.amount_fen,
        least_fen=row.least_fen,
        payer=row.payer,
        payee=row.payee,
        purpose=row.role,
        allowed_payees=tuple(Payee(one["name"], one["account"]).account for one in row.payees),
    )


def ask_to_move(order: MoneyOrder, *, delay: timedelta = timedelta(0)) -> None:
    """Have a worker send the order, or find out what became of it."""
    enqueue(Job.MOVE_MONEY, subject=f"order:{order.id}", delay=delay)


def record_order(
    actor: Actor | SystemActor, kind: EventKind, order: MoneyOrder, **more: str
) -> None:
    """Put an event about an order on the ledger; amounts stay off it."""
    payload = {"loan": str(order.loan_id), "order": str(order.id), **more}
    record(kind, actor=actor.ref, subject=order.loan.application.ref, payload=payload)


def _ask(actor: Actor | SystemActor, order: MoneyOrder) -> MoneyOrder:
    check_none_open(order.loan)
    order.id, order.asked_by = uuid4(), actor.ref
    order.save(force_insert=True)
    ask_to_move(order)
    return order
