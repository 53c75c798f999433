"""Months of a model beside its first ones: what has moved, for one bank or for all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Max, QuerySet, Sum

from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotAllowed
from portal.modelwatch.models import SCORE, MonthCount
from scoring.engine.drift import Drift, Level, drift

# The reference: the model's first months, as many as it takes to have so many firms.
LEAST_REFERENCE: Final = 200
MOST_MONTHS: Final = 36

Counts = dict[int, int]
Month = Mapping[str, Counts]
_RANKS: Final = (Level.TOO_FEW, Level.STABLE, Level.LOOK, Level.SHIFT)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose firms: one bank's, or everybody's (``bank_id`` None)."""

    bank_id: UUID | None

    @classmethod
    def of(cls, actor: Actor) -> Scope:
        """A bank's people see their bank's firms, overseers all banks' together."""
        match actor.organisation_kind:
            case OrganisationKind.BANK:
                return cls(actor.organisation_id)
            case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR:
                return cls(None)
            case _:
                raise NotAllowed(code="drift")


@dataclass(frozen=True, slots=True)
class MonthDrift:
    """One month against the reference, part by part; the score comes first."""

    as_of_month: date
    parts: Mapping[str, Drift[int]]

    @property
    def level(self) -> Level:
        """The worst of its parts."""
        return max((one.level for one in self.parts.values()), key=_RANKS.index)


@dataclass(frozen=True, slots=True)
class Watched:
    """A model's reference months, and the months after them, oldest first."""

    model_sha256: str
    reference: tuple[date, ...]
    reference_firms: int
    months: tuple[MonthDrift, ...]

    @property
    def is_settled(self) -> bool:
        """Whether there are firms enough to compare with."""
        return self.reference_firms >= LEAST_REFERENCE


def models_in(scope: Scope) -> dict[str, str]:
    """Versions by digest of the models that scored somebody, the one used last first."""
    rows = _rows_of(scope).values("model_sha256", "model_version")
    newest = rows.annotate(last=Max("as_of_month")).order_by("-last", "-model_version")
    return {row["model_sha256"]: row["model_version"] for row in newest}


def banks_with(model_sha256: str) -> list[UUID]:
    """The banks whose firms a model scored."""
    rows = MonthCount.objects.filter(model_sha256=model_sha256, firms__gt=0)
    return list(rows.order_by("bank_id").values_list("bank_id", flat=True).distinct())


def watched(scope: Scope, model_sha256: str) -> Watched:
    """Every month of a model since its reference. One query."""
    months = _months(scope, model_sha256)
    reference, firms = _reference(months)
    later = [month for month in months if month not in reference][-MOST_MONTHS:]
    before = _together([months[month] for month in reference])
    found = tuple(_compared(month, before, months[month]) for month in later)
    return Watched(model_sha256, tuple(reference), firms, found)


def _months(scope: Scope, model_sha256: str) -> dict[date, dict[str, Counts]]:
    """Counts by month, part and class; months in their order."""
    rows = (
        _rows_of(scope)
        .filter(model_sha256=model_sha256)
        .values("as_of_month", "part", "of")
        .annotate(number=Sum("firms"))
        .order_by("as_of_month", "part", "of")
    )
    found: dict[date, dict[str, Counts]] = {}
    for row in rows:
        parts = found.setdefault(row["as_of_month"], {})
        parts.setdefault(row["part"], {})[row["of"]] = row["number"]
    return found


def _rows_of(scope: Scope) -> QuerySet[MonthCount]:
    rows = MonthCount.objects.filter(firms__gt=0)
    return rows if scope.bank_id is None else rows.filter(bank_id=scope.bank_id)


def _reference(months: Mapping[date, Month]) -> tuple[list[date], int]:
    reference: list[date] = []
    firms = 0
    for month, parts in months.items():
        if firms >= LEAST_REFERENCE:
            break
        reference.append(month)
        firms += sum(parts[SCORE].values())
    return reference, firms


def _together(months: Sequence[Month]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for parts in months:
        for part, counts in parts.items():
            total = found.setdefault(part, {})
            for of, firms in counts.items():
                total[of] = total.get(of, 0) + firms
    return found


def _compared(month: date, before: Month, now: Month) -> MonthDrift:
    names = sorted({*before, *now}, key=lambda name: (name != SCORE, name))
    return MonthDrift(
        month,
        {name: drift(before.get(name, {}), now.get(name, {}), looks=len(names)) for name in names},
    )
