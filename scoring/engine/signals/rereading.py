"""What changed in months that were read before: sales made void since."""

from collections.abc import Iterable

from scoring.engine.signals.view import share
from scoring.engine.summary import MonthSummary


def voided_since(earlier: Iterable[MonthSummary], later: Iterable[MonthSummary]) -> int | None:
    """Of the sales invoices valid at an earlier reading, those void at a later one.

    Only months that both readings have are compared; None when there is none with sales.
    """
    again = {summary.month: summary.sale for summary in later}
    pairs = [(one.sale, again[one.month]) for one in earlier if one.month in again]
    valid = sum(before.blue for before, _ in pairs)
    voided = sum(max(0, after.void - before.void) for before, after in pairs)
    return share(voided, valid) if valid else None


def months_voided_since(
    earlier: Iterable[MonthSummary], later: Iterable[MonthSummary]
) -> tuple[str, ...]:
    """The months in which more sales are void than when they were first read."""
    again = {summary.month: summary.sale for summary in later}
    return tuple(
        sorted(
            one.month
            for one in earlier
            if one.month in again and again[one.month].void > one.sale.void
        )
    )
