"""Keeping what firms filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from portal.sandbox.taxauthority.models import Firm, TaxFiling
from portal.sandbox.taxauthority.records.filings import TAX_RATING, Filing, tax_rating
from portal.sandbox.taxauthority.store.firms import served_as_of


def keep_filings(firm_id: UUID, filings: Iterable[Filing]) -> None:
    """Add filings; one that is held already stays as it is."""
    TaxFiling.objects.bulk_create(
        [
            TaxFiling(
                firm_id=firm_id,
                category=filing.category,
                kind=filing.kind,
                first_month=filing.first_month.first,
                last_month=filing.last_month.first,
                content=dict(filing.content),
            )
            for filing in filings
        ],
        ignore_conflicts=True,
    )


def keep_stated_ratings(grades: Mapping[UUID, str]) -> None:
    """Ratings that a source states without a year: of the last whole year before the data ends."""
    for firm in Firm.objects.filter(id__in=grades).exclude(as_of_month=None):
        confirmed = served_as_of(firm)
        year = confirmed.year if confirmed.month == 12 else confirmed.year - 1
        TaxFiling.objects.filter(firm=firm, category=TAX_RATING).delete()
        keep_filings(firm.id, [tax_rating(year, grades[firm.id])])


def has_filed(firm: Firm) -> bool:
    """Whether anything but invoices is held of the firm."""
    return TaxFiling.objects.filter(firm=firm).exists()
