"""Registering firms: a code is met once, and its USCC stands from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils import timezone

from portal.core.months import Month
from portal.sandbox.taxauthority.models import Firm
from portal.sandbox.taxauthority.reading.companies import Company
from portal.sandbox.taxauthority.records.calendar import months_apart


def last_confirmed_month() -> Month:
    """The last month that is over, in Shanghai."""
    return Month.of(timezone.now()) - 1


def served_as_of(firm: Firm) -> Month:
    """The last month that is served, after any shift of the firm's dates; it must have records."""
    if firm.as_of_month is None:
        raise ValueError(f"{firm} has no records")
    return Month.of(firm.as_of_month) + firm.shift_months


def register_firms(companies: Iterable[Company]) -> dict[str, UUID]:
    """Firm ids by code, adding the firms not met before; a name fills an earlier gap."""
    wanted = {company.code: company for company in companies}
    Firm.objects.bulk_create(
        [
            Firm(
                code=company.code,
                uscc=company.uscc,
                name=f"Demonstration firm {company.code}",
                name_zh=company.name or f"示例企业 {company.code}",
            )
            for company in wanted.values()
        ],
        ignore_conflicts=True,
    )
    firms = {firm.code: firm for firm in Firm.objects.filter(code__in=wanted)}
    _fill_names(firms, wanted)
    return {code: firm.id for code, firm in firms.items()}


def _fill_names(firms: Mapping[str, Firm], wanted: Mapping[str, Company]) -> None:
    renamed = []
    for code, company in wanted.items():
        firm = firms[code]
        if company.name and firm.name_zh != company.name:
            firm.name_zh = company.name
            renamed.append(firm)
    Firm.objects.bulk_update(renamed, ["name_zh"])


def set_calendar(firms: Iterable[UUID], *, as_of: Month, shift: bool) -> int:
    """Note the last full month of the firms' records, and by how many months they are moved.

    With ``shift`` the last full month of the records is served as the last month that is over;
    without it a shift given earlier stays. Returns the shift in whole months that now holds.
    """
    rows = Firm.objects.filter(id__in=list(firms))
    if shift:
        months = months_apart(as_of, last_confirmed_month())
        rows.update(as_of_month=as_of.first, shift_months=months)
        return months
    rows.update(as_of_month=as_of.first)
    return max(rows.values_list("shift_months", flat=True), default=0)
