"""The published invoices of Chinese SMEs, read in place: CSV rows to monthly summaries."""

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from scoring.engine.calendar import month_number
from scoring.engine.summary import Direction, MonthSummary, Record, summarise_month

SIDES: Mapping[Direction, str] = {"purchase": "purchases", "sale": "sales"}


class DataError(ValueError):
    """The folder doesn't hold the published files, or they aren't what they should be."""


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm of the sample; ``defaulted`` is None where the bank left no record."""

    key: str
    defaulted: bool | None
    summaries: tuple[MonthSummary, ...]


def read_firms(folder: Path, group: str) -> list[Firm]:
    """Firms of ``labelled`` or ``unlabelled``, ordered by their opaque key.

    Reads the invoice files and, of the companies file, the key and ``default`` only: the
    bank's rating leaks the label. Raises DataError where the folder doesn't hold such files.
    """
    try:
        return _firms(folder, group)
    except (OSError, EOFError, KeyError, ValueError) as error:
        raise DataError(f"{folder} does not hold the {group} invoices: {error}") from error


def _firms(folder: Path, group: str) -> list[Firm]:
    months: dict[str, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for firm, record in read_records(folder, group):
        months[firm][month_number(record.issued_on)].append(record)
    with (folder / f"{group}_companies.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["company_id"]: row.get("default") for row in csv.DictReader(file)}
    return [
        Firm(key, None if label is None else label == "1", _summaries(months[key]))
        for key, label in sorted(labels.items())
    ]


def read_records(folder: Path, group: str) -> Iterator[tuple[str, Record]]:
    """Every invoice row of a group with its firm's key. Raises ValueError on a broken amount."""
    for direction, name in SIDES.items():
        path = folder / f"{group}_{name}.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if None in row or None in row.values():
                    raise ValueError(f"{name}: a row has more or fewer columns than the heading")
                yield row["company_id"], _record(direction, row)


def digest_of(folder: Path, group: str) -> str:
    """SHA-256 over the unpacked bytes of a group's files, in name order."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(f"{group}_*.csv*")):
        data = path.read_bytes()
        content = gzip.decompress(data) if path.suffix == ".gz" else data
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _summaries(months: Mapping[int, list[Record]]) -> tuple[MonthSummary, ...]:
    return tuple(summarise_month(months[month]) for month in sorted(months))


def _record(direction: Direction, row: Mapping[str, str]) -> Record:
    return Record(
        direction=direction,
        number=row["invoice_no"],
        issued_on=date.fromisoformat(row["issue_date"]),
        counterparty=row["counterparty_id"],
        net_fen=_fen(row["net_amount"]),
        vat_fen=_fen(row["vat_amount"]),
        gross_fen=_fen(row["gross_amount"]),
        void=row["is_void"] == "True",
    )


def _fen(yuan: str) -> int:
    try:
        return int((Decimal(yuan) * 100).quantize(Decimal(1)))
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"not an amount: {yuan!r}") from error
