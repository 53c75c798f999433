"""Finding what there is to read at a path: a folder of CSV files and workbooks, or one workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal.sandbox.taxauthority.reading.columns import PURCHASE, SALE, direction_in
from portal.sandbox.taxauthority.reading.refusals import FileRefused
from portal.sandbox.taxauthority.reading.tables import (
    Table,
    csv_table,
    open_workbook,
    sheet_table,
)

COMPANY_SHEET = "企业信息"
SHEETS = {COMPANY_SHEET: None, "进项发票信息": PURCHASE, "销项发票信息": SALE}


class Kind(StrEnum):
    COMPANIES = "companies"
    INVOICES = "invoices"


@dataclass(frozen=True, slots=True)
class Source:
    """One table to read. ``direction`` is set for invoices."""

    path: Path
    kind: Kind
    direction: str | None = None
    sheet: str | None = None

    @property
    def label(self) -> str:
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name

    def open(self) -> AbstractContextManager[Table]:
        return sheet_table(self.path, self.sheet) if self.sheet else csv_table(self.path)

    @property
    def weight(self) -> int:
        """About how much there is to read, for sharing out the work."""
        packed = self.path.suffix in {".gz", ".xlsx"}
        return self.path.stat().st_size * (5 if packed else 1)


@dataclass(frozen=True, slots=True)
class Found:
    """Sources to read, and names of files beside them that are something else."""

    sources: tuple[Source, ...]
    skipped: tuple[str, ...]

    def of(self, kind: Kind) -> list[Source]:
        return [source for source in self.sources if source.kind is kind]


def find_sources(path: Path) -> Found:
    """Look at a folder or a single file. Refuses a path with nothing to read, and a workbook
    that lacks one of the published form's sheets.
    """
    if not path.exists():
        raise FileRefused(str(path), "there is no such file or folder")
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    sources: list[Source] = []
    skipped: list[str] = []
    for file in files:
        found = list(_sources_in(file))
        sources += found
        if not found:
            skipped.append(file.name)
    if not any(source.kind is Kind.INVOICES for source in sources):
        raise FileRefused(str(path), "no workbook of the published form and no invoice CSV here")
    if not any(source.kind is Kind.COMPANIES for source in sources):
        raise FileRefused(str(path), "no list of companies here, so the firms are unknown")
    return Found(tuple(sources), tuple(skipped))


def _sources_in(file: Path) -> Iterator[Source]:
    name = file.name.lower()
    if name.endswith(".xlsx") and not name.startswith("~$"):
        yield from _sheets_in(file)
    elif name.endswith((".csv", ".csv.gz")):
        direction = direction_in(file.name)
        if direction:
            yield Source(file, Kind.INVOICES, direction)
        elif "compan" in name or "企业" in file.name:
            yield Source(file, Kind.COMPANIES)


def _sheets_in(file: Path) -> Iterator[Source]:
    workbook = open_workbook(file)
    names = workbook.sheet_names
    workbook.close()
    for sheet, direction in SHEETS.items():
        if sheet not in names:
            raise FileRefused(
                file.name,
                f"the sheet {sheet} is missing; found {', '.join(names)}",
                row=1,
            )
        kind = Kind.INVOICES if direction else Kind.COMPANIES
        yield Source(file, kind, direction, sheet)
