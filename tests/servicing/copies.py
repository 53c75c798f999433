"""Loans by the thousand: one that was opened as the system opens it, copied row by row.

A superuser copies without constraints of other tables; the order of the payout is then asked for by
the use cases' own step.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import transaction
from hypothesis import strategies as st

from portal.applications.models import new_reference
from portal.products.schedule import Method
from portal.servicing.models import Loan, OrderRole
from portal.servicing.orders import new_payout
from portal.servicing.tasks import ACTOR

COPY = """
    INSERT INTO {table} SELECT (jsonb_populate_record(one, to_jsonb(one) || %s::jsonb)).*
    FROM {table} one WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one of the loans is about."""

    amount_fen: int
    fees_fen: int
    annual_rate_bp: int
    term_months: int
    method: Method

    def columns(self) -> dict[str, Any]:
        return {
            "amount_fen": self.amount_fen,
            "fees_fen": self.fees_fen,
            "annual_rate_bp": self.annual_rate_bp,
            "penalty_rate_bp": self.annual_rate_bp * 3 // 2,
            "term_months": self.term_months,
            "method": self.method.value,
        }


@st.composite
def terms(draw: st.DrawFn) -> Drawn:
    amount = draw(st.one_of(st.integers(2, 2_000), st.integers(100_000, 10**9)))
    return Drawn(
        amount_fen=amount,
        fees_fen=draw(st.integers(0, amount // 20)),
        annual_rate_bp=draw(st.integers(1, 2_400)),
        term_months=draw(st.integers(1, 36)),
        method=draw(st.sampled_from(Method)),
    )


def copied(admin: psycopg.Connection[Any], template: Loan, wallet: str, drawn: Drawn) -> Loan:
    """Another loan like the template, of these terms, whose disbursement is asked for."""
    ids = {"application_id": uuid4(), "offer_id": uuid4(), "id": uuid4()}
    admin.execute("SET session_replication_role = replica")
    reference = {"id": ids["application_id"], "reference": new_reference(), "decision_id": uuid4()}
    _copy(admin, "applications_application", template.application_id, reference)
    _copy(admin, "servicing_loan", template.id, {**ids, "account": wallet, **drawn.columns()})
    with transaction.atomic(durable=True):
        loan = Loan.objects.select_related("application").get(id=ids["id"])
        out = loan.amount_fen - loan.fees_fen
        new_payout(ACTOR, loan, amount_fen=out, role=OrderRole.DISBURSEMENT)
    return loan


def _copy(
    admin: psycopg.Connection[Any], table: str, row_id: UUID, changed: dict[str, Any]
) -> None:
    given = json.dumps(changed, default=str)
    admin.execute(COPY.format(table=table).encode(), [given, row_id])
