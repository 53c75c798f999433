"""What a new consent changes in the one that it supersedes: shown before signing, and after."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from portal.core.months import Month


@dataclass(frozen=True, slots=True)
class Scope:
    """The parts of a consent that a change can touch."""

    categories: tuple[str, ...]
    months: tuple[Month, Month]
    days: int
    max_uses: int
    storage_days: int


@dataclass(frozen=True, slots=True)
class Change:
    """One part, by its name in `Scope`: what it was, and what it becomes."""

    part: str
    old: Any
    new: Any


def changes_between(old: Scope, new: Scope) -> tuple[Change, ...]:
    """Each part that differs, in the order of `Scope`."""
    pairs = (
        (field.name, getattr(old, field.name), getattr(new, field.name)) for field in fields(old)
    )
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])
