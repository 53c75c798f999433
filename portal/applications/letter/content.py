"""What stands in a letter, in the reader's language. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with points below it, numbered where their order says something.

    ``notes`` are sentences that follow, ``details`` the points that the last of them announces.
    """

    title: str
    points: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class RecordNote:
    """What was frozen, its digest as people compare it, and where to have it compared."""

    title: str
    notes: tuple[str, ...]
    digest: str
    verify: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; ``day`` is the decision's, which makes it the document's date.

    ``qr`` is an SVG image of the record's address.
    """

    language: str
    day: date
    bank: str
    through: str
    to: str
    firm: str
    firm_code: str
    title: str
    dated: str
    rows: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    record: RecordNote
    footer: str
    qr: str
    qr_alt: str

    def words(self) -> dict[str, Any]:
        """As the sheet takes them."""
        day = {"year": self.day.year, "month": self.day.month, "day": self.day.day}
        return asdict(self) | {"day": day}
