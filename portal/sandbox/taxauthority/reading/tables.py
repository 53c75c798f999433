"""A CSV file or one sheet of a workbook as rows of text."""

from __future__ import annotations

import csv
import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from portal.sandbox.taxauthority.reading.lines import Lines
from portal.sandbox.taxauthority.reading.refusals import FileRefused

_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, OSError)


@dataclass
class Table:
    """Rows after the heading row; ``row`` is the number of the row read last."""

    file: str
    heading: list[str]
    rows: Iterator[list[str]]
    remarks: dict[str, int] = field(default_factory=dict)
    row: int = 1


@contextmanager
def csv_table(path: Path) -> Iterator[Table]:
    """Read ``.csv`` or ``.csv.gz``; a damaged or empty one raises FileRefused with its row."""
    with path.open("rb") as raw:
        stream: BinaryIO = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw  # type: ignore[assignment]
        lines = Lines(path.name, stream)
        table = Table(path.name, [], iter(()))
        table.rows = _csv_rows(table, lines)
        table.heading = next(table.rows, [])
        if not table.heading:
            raise FileRefused(path.name, "the file is empty", row=1)
        yield table
        if lines.gb18030:
            table.remarks["lines_in_gb18030"] = lines.gb18030


def _csv_rows(table: Table, lines: Lines) -> Iterator[list[str]]:
    reader = csv.reader(lines)
    try:
        for row in reader:
            table.row = reader.line_num
            if row:
                yield row
    except csv.Error as error:
        raise FileRefused(table.file, f"not a CSV file: {error}", row=reader.line_num) from error
    except _DAMAGED as error:
        raise FileRefused(
            table.file, "the file is cut off or damaged", row=reader.line_num + 1
        ) from error


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open an ``.xlsx`` file after checking that it is whole; else FileRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
        if broken:
            raise FileRefused(path.name, f"the workbook is damaged in {broken}")
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileRefused(path.name, "the workbook is cut off, damaged or no .xlsx") from error


@contextmanager
def sheet_table(path: Path, sheet: str) -> Iterator[Table]:
    """Read one sheet; a workbook without it raises FileRefused that lists the sheets it has."""
    file = f"{path.name} [{sheet}]"
    workbook = open_workbook(path)
    try:
        if sheet not in workbook.sheet_names:
            found = ", ".join(workbook.sheet_names)
            raise FileRefused(path.name, f"the sheet {sheet} is missing; found {found}", row=1)
        table = Table(file, [], iter(()), row=0)
        table.rows = _sheet_rows(table, workbook.get_sheet_by_name(sheet).iter_rows())
        table.heading = next(table.rows, [])
        if not table.heading:
            raise FileRefused(file, "the sheet is empty", row=1)
        yield table
    except CalamineError as error:
        raise FileRefused(file, f"the sheet can't be read: {error}") from error
    finally:
        workbook.close()


def _sheet_rows(table: Table, rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    for row in rows:
        table.row += 1
        cells = [cell_text(value) for value in row]
        if any(cells):
            yield cells


def cell_text(value: object) -> str:
    """A workbook cell as a person would type it: whole numbers without decimals, ISO dates."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
