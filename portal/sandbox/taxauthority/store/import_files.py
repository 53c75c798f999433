"""Importing a folder or workbook: everything usable goes in at once, or nothing does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from portal.core.months import Month
from portal.sandbox.taxauthority.models import Firm
from portal.sandbox.taxauthority.reading.columns import PURCHASE
from portal.sandbox.taxauthority.reading.companies import read_companies
from portal.sandbox.taxauthority.reading.crew import read_all
from portal.sandbox.taxauthority.reading.invoices import Reading
from portal.sandbox.taxauthority.reading.refusals import FileRefused, Refusal
from portal.sandbox.taxauthority.reading.sources import Kind, find_sources
from portal.sandbox.taxauthority.records.calendar import last_full_month
from portal.sandbox.taxauthority.store.filings import keep_stated_ratings
from portal.sandbox.taxauthority.store.firms import register_firms, set_calendar
from portal.sandbox.taxauthority.store.staging import Staging, Statement


@dataclass(frozen=True, slots=True)
class SourceCount:
    """``read`` = ``accepted`` + ``refused``."""

    label: str
    read: int
    accepted: int
    refused: int


@dataclass
class ImportReport:
    """What became of every row. ``accepted`` = ``added`` + ``held``."""

    sources: list[SourceCount] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    skipped: tuple[str, ...] = ()
    companies_read: int = 0
    firms: list[Firm] = field(default_factory=list)
    added: int = 0
    as_of: Month | None = None
    shift_months: int = 0

    @property
    def read(self) -> int:
        return sum(source.read for source in self.sources)

    @property
    def accepted(self) -> int:
        return sum(source.accepted for source in self.sources)

    @property
    def held(self) -> int:
        """Rows that say again what another source, or an earlier run, has said."""
        return self.accepted - self.added


def import_files(
    path: Path,
    *,
    shift: bool,
    today: date,
    processes: int = 2,
    tell: Callable[[str], None] = lambda line: None,
) -> ImportReport:
    """Read ``path`` and store it. A file that can't be read as what it claims to be, or holds no
    usable row, raises FileRefused, and the store stays as it was.
    """
    found = find_sources(path)
    listed = read_companies(found.of(Kind.COMPANIES))
    if not listed.companies:
        first = listed.refusals[0] if listed.refusals else "the lists are empty"
        raise FileRefused(str(path), f"no usable company: {first}")
    report = ImportReport(
        refusals=list(listed.refusals), skipped=found.skipped, companies_read=listed.rows
    )
    connection.close()  # child processes must not share it
    readings = read_all(
        found.of(Kind.INVOICES),
        known=frozenset(listed.companies),
        today=today,
        processes=processes,
        on_rows=lambda rows: tell(f"{rows:,} rows read …"),
    )
    with transaction.atomic():
        firms = register_firms(listed.companies.values())
        staging = Staging(firms)
        newest = ""
        for number, reading in enumerate(readings):
            _note(report, reading, tell)
            direction = reading.source.direction or PURCHASE
            staging.add(Statement(number, direction, reading.parts))
            newest = max(newest, reading.newest)
        tell("Merging with what is held …")
        report.added = staging.merge()
        _settle_calendar(report, firms, newest, shift=shift)
        rated = {firms[code]: one.tax_rating for code, one in listed.companies.items()}
        keep_stated_ratings({firm: grade for firm, grade in rated.items() if grade})
    return report


def _note(report: ImportReport, reading: Reading, tell: Callable[[str], None]) -> None:
    count = SourceCount(reading.source.label, reading.rows, reading.accepted, len(reading.refusals))
    report.sources.append(count)
    report.refusals += reading.refusals
    report.remarks += reading.remarks
    tell(f"{count.label}: {count.read:,} rows, {count.refused:,} refused")


def _settle_calendar(
    report: ImportReport, firms: dict[str, UUID], newest: str, *, shift: bool
) -> None:
    report.firms = list(Firm.objects.filter(id__in=firms.values()).order_by("code"))
    if newest:
        report.as_of = last_full_month(date.fromisoformat(newest))
        report.shift_months = set_calendar(firms.values(), as_of=report.as_of, shift=shift)
