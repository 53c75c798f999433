"""Loans of quarters long past, as they will be counted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.modelwatch.calibration_models import VintageCount

OVER = date(2019, 4, 1)
PD_PPM = 30_000


def counted(
    *, bank: UUID, model: str, loans: int, bad: int, first_day: date = OVER, band: str = "C"
) -> None:
    """So many loans with a probability of 3 % each."""
    VintageCount.objects.create(
        first_day=first_day,
        model_sha256=model,
        model_version="of a test",
        bank_id=bank,
        band=band,
        loans=loans,
        bad=bad,
        foreseen_ppm=loans * PD_PPM,
    )
