"""Scores of simulated months, written with the vault worker's log-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from uuid import UUID, uuid4

from portal.core.actor import SystemActor
from portal.modelwatch.count_month import count_month
from scoring.models import Score, ScoreStatus

TIMER = SystemActor("timer")
# Points of two features, and how often each.
USUAL: Mapping[str, tuple[Sequence[int], Sequence[float]]] = {
    "sales_months": ((-27, 8, 38), (0.2, 0.3, 0.5)),
    "buyers": ((-9, 8, 10), (0.3, 0.5, 0.2)),
}
LATE = {**USUAL, "buyers": ((-9, 8, 10), (0.7, 0.2, 0.1))}


def new_model() -> str:
    """A digest that no other test has."""
    return uuid4().hex * 2


def month(number: int) -> date:
    """The first of the months is January 2024."""
    return date(2024 + number // 12, number % 12 + 1, 1)


def score_of(
    *, bank: UUID, model: str, at: date, points: Mapping[str, int], firm: UUID | None = None
) -> Score:
    """A score whose value follows from the points."""
    value = 591 + sum(points.values())
    return Score(
        firm_id=firm or uuid4(),
        bank_id=bank,
        application_id=uuid4(),
        consent_id=uuid4(),
        as_of_month=at,
        status=ScoreStatus.SCORED,
        value=value,
        band="C",
        pd_ppm=30_000,
        pd_low_ppm=20_000,
        pd_high_ppm=40_000,
        points=dict(points),
        input_digest=uuid4().hex * 2,
        model_version="of a test",
        model_sha256=model,
        code_version="test",
    )


def write(scores: Sequence[Score]) -> None:
    Score.objects.using("scorer").bulk_create(scores)


def scored_month(
    number: int,
    *,
    bank: UUID,
    model: str,
    firms: int,
    shapes: Mapping[str, tuple[Sequence[int], Sequence[float]]] = USUAL,
) -> date:
    """So many firms drawn from ``shapes``, and counted."""
    random, at = Random(f"{number} {firms}"), month(number)
    drawn = {name: random.choices(*of, k=firms) for name, of in shapes.items()}
    write(
        [
            score_of(
                bank=bank,
                model=model,
                at=at,
                points={name: points[firm] for name, points in drawn.items()},
            )
            for firm in range(firms)
        ]
    )
    count_month(TIMER, as_of_month=at)
    return at
