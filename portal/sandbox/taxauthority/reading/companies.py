"""Reading lists of companies: who is a taxpayer here, and how rated where a list has that column.

A bank's own ratings and defaults in them are its judgement, not tax data, and are left where they
are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.sandbox.taxauthority.reading.columns import (
    COMPANY_COLUMNS,
    NAME_HEADINGS,
    TAX_RATING_HEADINGS,
    USCC_HEADINGS,
    Layout,
    layout_of,
)
from portal.sandbox.taxauthority.reading.refusals import Refusal
from portal.sandbox.taxauthority.reading.sources import Source
from portal.sandbox.taxauthority.reading.tables import Table
from portal.sandbox.taxauthority.records.filings import GRADES
from portal.sandbox.taxauthority.records.invoice import FIELD_LIMIT
from portal.sandbox.taxauthority.records.usccs import looks_like_uscc, uscc_for


@dataclass(frozen=True, slots=True)
class Company:
    """``name`` and ``tax_rating`` are empty where the source gives none."""

    code: str
    uscc: str
    name: str
    tax_rating: str = ""


@dataclass(frozen=True, slots=True)
class CompanyList:
    rows: int
    companies: dict[str, Company]
    refusals: list[Refusal]


def read_companies(sources: Iterable[Source]) -> CompanyList:
    """Every company named by any of the lists; a later name fills an earlier gap."""
    rows = 0
    companies: dict[str, Company] = {}
    refusals: list[Refusal] = []
    for source in sources:
        with source.open() as table:
            layout = layout_of(table.file, table.heading, COMPANY_COLUMNS)
            for row in table.rows:
                rows += 1
                found = _company(table, layout, row)
                if isinstance(found, Refusal):
                    refusals.append(found)
                elif not companies.get(found.code, found).name or found.code not in companies:
                    companies[found.code] = found
    return CompanyList(rows, companies, refusals)


def _company(table: Table, layout: Layout, row: list[str]) -> Company | Refusal:
    cells = row + [""] * (len(layout.headings) - len(row))
    code = cells[layout.positions[0]].strip()
    name_at = layout.optional(NAME_HEADINGS)
    uscc_at = layout.optional(USCC_HEADINGS)
    if not code or not code.isprintable() or len(code) > FIELD_LIMIT:
        return _refusal(table, layout.heading(0), code, "the company's code is missing or unfit")
    rating_at = layout.optional(TAX_RATING_HEADINGS)
    rating = cells[rating_at].strip().upper() if rating_at is not None else ""
    if rating and rating not in GRADES:
        return _refusal(table, layout.headings[rating_at or 0], rating, "not a tax credit rating")
    stated = cells[uscc_at].strip() if uscc_at is not None else ""
    try:
        uscc = _stated(stated) if stated else uscc_for(code)
    except ValueError as error:
        column = layout.headings[uscc_at] if stated and uscc_at is not None else layout.heading(0)
        return _refusal(table, column, stated or code, str(error))
    name = cells[name_at].strip()[:200] if name_at is not None else ""
    return Company(code, uscc, name, rating)


def _stated(text: str) -> str:
    if not looks_like_uscc(text):
        raise ValueError("not a unified social credit code of 18 characters")
    return uscc_for(text)


def _refusal(table: Table, column: str, value: str, reason: str) -> Refusal:
    return Refusal(table.file, table.row, column, value, reason)
