"""What the bank sees of the e-invoices at a case: answers, never an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.applications.bank_queries import BankCase
from portal.invoices.queries import invoices_at
from portal.web.invoice_words import InvoiceLine, invoice_line


@dataclass(frozen=True, slots=True)
class CaseInvoices:
    """``unreadable`` are files that are no invoice at all; they say nothing about the firm."""

    lines: tuple[InvoiceLine, ...]
    unreadable: int
    listed_at: datetime | None


def invoices_of_case(case: BankCase) -> CaseInvoices:
    """Answers at a case that the actor may see, in two queries.

    What came of the tax records is hidden while the consent is not live, as the score is.
    """
    found = invoices_at(
        case.application.id,
        is_score_made=case.score is not None or case.is_set_aside,
        may_compare=case.is_consent_live or case.decision is not None,
    )
    return CaseInvoices(
        lines=tuple(invoice_line(answer) for answer in found.rows if answer.number_tail),
        unreadable=sum(not answer.number_tail for answer in found.rows),
        listed_at=found.listed_at,
    )
