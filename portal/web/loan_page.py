"""What the firm's and the bank's page of a loan have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from ledger.format.canonical import encode
from portal.applications.transitions import Display
from portal.core.errors import NotFound
from portal.servicing.arrears import Arrears
from portal.servicing.queries import LoanView
from portal.servicing.transitions import LoanStatus
from portal.web.loan_words import ARREARS_WORDS, FAILURE_WORDS, RAIL_WORDS


def loan_context(view: LoanView, words: Mapping[LoanStatus, Display]) -> dict[str, Any]:
    """For `components/loan.html`."""
    return {
        "view": view,
        "loan": view.loan,
        "display": words[view.status],
        "rail": RAIL_WORDS.get(view.loan.rail, view.loan.rail),
        "arrears": ARREARS_WORDS[Arrears(view.loan.arrears)],
        "why_failed": FAILURE_WORDS.get(view.failed.failure, "") if view.failed else "",
        "is_unpaid": view.status == LoanStatus.DISBURSEMENT_FAILED,
    }


def statement_file(view: LoanView) -> HttpResponse:
    """The canonical bytes of the statement; NotFound before the closing."""
    if view.loan.statement is None:
        raise NotFound(code="statement_missing")
    answer = HttpResponse(encode(view.loan.statement), content_type="application/json")
    name = f"statement-{view.loan.application.reference}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
