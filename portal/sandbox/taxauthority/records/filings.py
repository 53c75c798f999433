"""What a firm filed, and how it was rated, as the authority keeps it and serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.core.months import Month

VAT_INVOICES = "vat_invoices"
VAT_RETURNS = "vat_returns"
INCOME_TAX_RETURNS = "income_tax_returns"
TAX_RATING = "tax_rating"
CATEGORIES = (VAT_INVOICES, VAT_RETURNS, INCOME_TAX_RETURNS, TAX_RATING)
GRADES = ("A", "B", "M", "C", "D")

Content = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Filing:
    """One record of a period; it is kept with the month in which the period ends.

    ``content`` holds its members as they travel. ``kind`` tells two filings of one category that
    end in the same month apart.
    """

    category: str
    first_month: Month
    last_month: Month
    content: Content
    kind: str = ""


def vat_return(
    first: Month,
    last: Month,
    *,
    sales_fen: int,
    output_vat_fen: int,
    input_vat_fen: int,
    credit_fen: int,
    filed_on: date,
) -> Filing:
    """A return of one month or quarter; ``credit_fen`` is input VAT left over from before."""
    due = max(output_vat_fen - input_vat_fen - credit_fen, 0)
    content: Content = {
        "first_month": str(first),
        "last_month": str(last),
        "sales_fen": sales_fen,
        "output_vat_fen": output_vat_fen,
        "input_vat_fen": input_vat_fen,
        "vat_due_fen": due,
        "filed_on": filed_on.isoformat(),
    }
    return Filing(VAT_RETURNS, first, last, content)


def income_tax_return(
    kind: str,
    first: Month,
    last: Month,
    *,
    revenue_fen: int,
    cost_fen: int,
    tax_fen: int,
    filed_on: date,
) -> Filing:
    """A quarter's prepayment (``quarterly``) or the settlement of a year (``annual``)."""
    content: Content = {
        "kind": kind,
        "first_month": str(first),
        "last_month": str(last),
        "revenue_fen": revenue_fen,
        "cost_fen": cost_fen,
        "profit_fen": revenue_fen - cost_fen,
        "tax_fen": tax_fen,
        "filed_on": filed_on.isoformat(),
    }
    return Filing(INCOME_TAX_RETURNS, first, last, content, kind=kind)


def tax_rating(year: int, grade: str) -> Filing:
    """The rating of a year, published in April of the next."""
    if grade not in GRADES:
        raise ValueError(f"no such grade: {grade!r}")
    content: Content = {
        "year": year,
        "grade": grade,
        "published_on": date(year + 1, 4, 20).isoformat(),
    }
    return Filing(TAX_RATING, Month(year, 1), Month(year, 12), content)
