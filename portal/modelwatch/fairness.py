"""A quarter's decisions by class of firm, for one bank or for all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from portal.modelwatch.drifts import Scope
from portal.modelwatch.fairness_models import Dimension, QuarterCount
from scoring.engine.small_cells import LEAST, Answers, shown

_SUMS = ("approved", "declined", "followed", "overruled", "scored", "score_sum")


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What may be shown of one class; None where it would give firms away."""

    of: str
    approval: Answers
    mean_score: int | None
    override: Answers | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class FairnessTable:
    """Classes by falling number of firms, the hidden ones, and all together."""

    dimension: Dimension
    classes: tuple[ClassFigures, ...]
    hidden: tuple[str, ...]
    total: Answers | None


def quarters_in(scope: Scope) -> list[date]:
    """First days of the quarters with decisions, newest first."""
    days = _rows_of(scope).values_list("first_day", flat=True).distinct()
    return list(days.order_by("-first_day"))


def fairness_of(scope: Scope, first_day: date) -> Iterator[FairnessTable]:
    """A table for each dimension; nothing in it lets a small class be worked out."""
    rows = _rows_of(scope).filter(first_day=first_day)
    summed = rows.values("dimension", "of").annotate(**{f"all_{name}": Sum(name) for name in _SUMS})
    by_dimension: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in summed:
        by_dimension.setdefault(row["dimension"], {})[row["of"]] = row
    for dimension in Dimension:
        yield _table(dimension, by_dimension.get(dimension.value, {}))


def _table(dimension: Dimension, rows: Mapping[str, Mapping[str, Any]]) -> FairnessTable:
    approval = shown({of: _answers(row, "approved", "declined") for of, row in rows.items()})
    override = shown({of: _answers(row, "overruled", "followed") for of, row in rows.items()})
    best = max((_share(cell) for cell in approval.classes.values()), default=0.0)
    classes = [
        ClassFigures(
            of=of,
            approval=cell,
            mean_score=_mean(rows[of]),
            override=override.classes.get(of),
            ratio=_share(cell) / best if best else None,
        )
        for of, cell in approval.classes.items()
    ]
    return FairnessTable(dimension, tuple(classes), approval.hidden, approval.total)


def _answers(row: Mapping[str, Any], yes: str, no: str) -> Answers:
    return Answers(row[f"all_{yes}"], row[f"all_{no}"])


def _share(cell: Answers) -> float:
    return cell.yes / cell.firms


def _mean(row: Mapping[str, Any]) -> int | None:
    """Of a handful of scores not even the mean."""
    scored = row["all_scored"]
    return round(row["all_score_sum"] / scored) if scored >= LEAST else None


def _rows_of(scope: Scope) -> QuerySet[QuarterCount]:
    rows = QuarterCount.objects.all()
    return rows if scope.bank_id is None else rows.filter(bank_id=scope.bank_id)
