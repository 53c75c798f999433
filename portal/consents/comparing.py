"""Two sets of terms side by side: what comes, what goes, what stays. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from portal.consents.changes import Scope
from portal.core.months import Month, months_between


@dataclass(frozen=True, slots=True)
class Compared:
    """One part, by its name in `Scope`; of data and months also what is added and removed."""

    part: str
    old: Any
    new: Any
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()

    @property
    def is_changed(self) -> bool:
        return bool(self.old != self.new)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every part once, in the order of `Scope`: either here or there."""

    changed: tuple[Compared, ...]
    unchanged: tuple[Compared, ...]


def compared(old: Scope, new: Scope) -> Comparison:
    """What the new terms change in the old ones; data in another order are the same data."""
    parts = [_part(field.name, old, new) for field in fields(Scope)]
    return Comparison(
        changed=tuple(part for part in parts if part.is_changed),
        unchanged=tuple(part for part in parts if not part.is_changed),
    )


def _part(name: str, old: Scope, new: Scope) -> Compared:
    match name:
        case "categories":
            return _sets(name, tuple(sorted(old.categories)), tuple(sorted(new.categories)))
        case "months":
            ranges = [tuple(months_between(*scope.months)) for scope in (old, new)]
            apart = _sets(name, *ranges)
            return Compared(name, old.months, new.months, apart.added, apart.removed)
        case _:
            return Compared(name, getattr(old, name), getattr(new, name))


def _sets(name: str, old: tuple[str | Month, ...], new: tuple[str | Month, ...]) -> Compared:
    return Compared(
        name,
        old,
        new,
        added=tuple(one for one in new if one not in old),
        removed=tuple(one for one in old if one not in new),
    )
