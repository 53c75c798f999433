"""The closing statement: what was lent, and what each payment paid."""

from __future__ import annotations

from typing import Any, Final

from portal.products.annual_percentage import annual_percentage_paid
from portal.products.schedule import months_between
from portal.servicing.account import Account
from portal.servicing.loans import payments_of, terms_of
from portal.servicing.models import Loan
from portal.servicing.terms import Parts, Payment

STATEMENT_FORMAT: Final = 2


def lines_of(loan: Loan) -> list[tuple[Payment, Parts]]:
    """Each payment and what it paid, in the order of their days; none before the payout."""
    if loan.paid_out_on is None:
        return []
    account = Account(terms_of(loan))
    return [(payment, account.pay(payment)) for payment in payments_of(loan)]


def cost_as_paid(loan: Loan) -> int | None:
    """What the loan cost a year as it was paid, compound, in basis points; fees included.

    By the formula of the offer's figure. None where there is no such rate: nothing was paid out,
    or nearly all came back within days.
    """
    began = loan.paid_out_on
    if began is None:
        return None
    payments = [
        (months_between(began, payment.paid_on), payment.amount_fen - parts.surplus_fen)
        for payment, parts in lines_of(loan)
    ]
    try:
        return annual_percentage_paid(loan.amount_fen - loan.fees_fen, payments).effective_bp
    except ValueError:
        return None


def statement_of(loan: Loan) -> dict[str, Any]:
    """As JSON values, in fen; a loan that was never paid out has nothing but its terms."""
    lines = lines_of(loan)
    total = sum((parts for _payment, parts in lines), Parts())
    return {
        "format": STATEMENT_FORMAT,
        "loan": str(loan.id),
        "agreement_sha256": loan.agreement_sha256,
        "firm": str(loan.firm_id),
        "bank": str(loan.bank_id),
        "amount_fen": loan.amount_fen,
        "fees_fen": loan.fees_fen,
        "annual_rate_bp": loan.annual_rate_bp,
        "effective_bp": loan.effective_bp,
        "effective_bp_as_paid": cost_as_paid(loan),
        "paid_out_on": loan.paid_out_on.isoformat() if loan.paid_out_on else None,
        "settled_on": loan.settled_on.isoformat() if loan.settled_on else None,
        "payments": [
            {
                "paid_on": payment.paid_on.isoformat(),
                "amount_fen": payment.amount_fen,
                **_frozen(parts),
            }
            for payment, parts in lines
        ],
        "total": _frozen(total),
    }


def _frozen(parts: Parts) -> dict[str, int]:
    return {
        "penalty_fen": parts.penalty_fen,
        "interest_fen": parts.interest_fen,
        "principal_fen": parts.principal_fen,
        "returned_fen": parts.surplus_fen,
    }
