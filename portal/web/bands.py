"""The five bands as pages show them, from the model in use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scoring.engine.model import BANDS, HIGHEST, LOWEST, shipped_model

PPM_IN_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Band:
    """One band: its scores, and how many of 1,000 such firms would not repay at either end."""

    name: str
    first: int
    last: int
    fewest: int
    most: int


@cache
def shipped_bands() -> tuple[Band, ...]:
    """Bands of the shipped model, best first."""
    model = shipped_model()
    lasts = (HIGHEST, *(floor - 1 for floor in model.band_floors))
    return tuple(
        Band(
            name=name,
            first=first,
            last=last,
            fewest=round(model.pd_ppm[last - LOWEST] / PPM_IN_THOUSANDTHS),
            most=round(model.pd_ppm[first - LOWEST] / PPM_IN_THOUSANDTHS),
        )
        for name, first, last in zip(BANDS, model.band_floors, lasts, strict=False)
    )
