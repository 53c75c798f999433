"""Pages of a list by the place where the last one ended, so that every page costs the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import UUID

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
Shown = TypeVar("Shown")
PAGE_SIZE = 20


class Rows(Protocol[Row_co]):
    """What a page asks of a QuerySet; this package knows no framework."""

    def filter(self, **conditions: Any) -> Self: ...
    def exclude(self, **conditions: Any) -> Self: ...
    def order_by(self, *columns: str) -> Self: ...
    def __getitem__(self, rows: slice) -> Iterable[Row_co]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Time and id of a page's last row; printed, it stands in the address of the next page."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that was printed; None for anything else, which counts as not asked."""
        at, _separator, last_id = text.partition("_")
        try:
            moment = datetime.fromisoformat(at)
            # In UTC: of odd offsets the database knows fewer.
            place = cls(moment.astimezone(UTC), UUID(last_id))
        except (ValueError, OverflowError):
            return None
        return place if moment.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; ``after`` leads to those that follow, None at the end.

    In a list that is not by time it is the last row's id alone.
    """

    rows: tuple[Row, ...]
    after: Place | UUID | None

    def map(self, view: Callable[[Row], Shown]) -> Page[Shown]:
        """The same page with another view of each row."""
        return Page(rows=tuple(view(row) for row in self.rows), after=self.after)


def placed(after: Place | None) -> tuple[object, ...]:
    """The values of ``column < %s OR column = %s AND id > %s``; none for the first page."""
    return () if after is None else (after.at, after.at, after.id)


def page_of(rows: Sequence[Row], place_of: Callable[[Row], Place], *, size: int) -> Page[Row]:
    """A page of ``size`` out of at most one row more, which says that the list goes on."""
    shown = tuple(rows[:size])
    return Page(rows=shown, after=place_of(shown[-1]) if len(rows) > size else None)


def newest_first(
    found: Rows[Row], column: str, *, after: Place | None = None, size: int = PAGE_SIZE
) -> Page[Row]:
    """A page of rows with a UUID ``id``, newest by ``column`` first, in one query."""
    if after is not None:
        found = found.filter(**{f"{column}__lte": after.at})
        found = found.exclude(**{column: after.at, "id__lte": after.id})
    rows = list(found.order_by(f"-{column}", "id")[: size + 1])
    return page_of(rows, lambda row: Place(getattr(row, column), vars(row)["id"]), size=size)
