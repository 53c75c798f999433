"""What a model foresaw of its loans, and what became of them, for a bank or all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Final

from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from portal.core.months import SHANGHAI
from portal.modelwatch.calibration_models import VintageCount
from portal.modelwatch.count_quarter import next_quarter
from portal.modelwatch.drifts import Scope
from scoring.engine.calibration import Fit, Vintage, fit

MOST_QUARTERS: Final = 24
# A loan of the quarter's last day is 90 days overdue a year later at the latest.
_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class QuarterFit:
    """The loans paid out in one quarter, and what is said of them."""

    first_day: date
    vintage: Vintage

    @property
    def fit(self) -> Fit:
        """The judgement on all bands together."""
        return fit(self.vintage)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A model's quarters, oldest first, and its bands over the quarters whose year is over."""

    quarters: tuple[QuarterFit, ...]
    bands: tuple[tuple[str, Vintage], ...]

    @property
    def over(self) -> Vintage | None:
        """All loans whose year is over; None where there are none."""
        found = [vintage for _band, vintage in self.bands]
        return reduce(Vintage.together_with, found) if found else None


def models_with_loans(scope: Scope) -> dict[str, str]:
    """Versions by digest of the models on whose scores loans were paid out, the last used first."""
    rows = _rows_of(scope).values("model_sha256", "model_version")
    newest = rows.annotate(last=Max("first_day")).order_by("-last", "-model_version")
    return {row["model_sha256"]: row["model_version"] for row in newest}


def banks_with_loans(model_sha256: str) -> list[Scope]:
    """A scope for each bank that paid out loans on a model's scores."""
    rows = VintageCount.objects.filter(model_sha256=model_sha256)
    banks = rows.order_by("bank_id").values_list("bank_id", flat=True).distinct()
    return [Scope(bank) for bank in banks]


def calibration_of(scope: Scope, model_sha256: str) -> Calibrated:
    """Every quarter of a model, and its bands. One query."""
    rows = list(
        _rows_of(scope)
        .filter(model_sha256=model_sha256)
        .values("first_day", "band")
        .annotate(all_loans=Sum("loans"), all_bad=Sum("bad"), all_foreseen=Sum("foreseen_ppm"))
        .order_by("first_day", "band")
    )
    today = timezone.now().astimezone(SHANGHAI).date()
    quarters: dict[date, list[Vintage]] = {}
    bands: dict[str, list[Vintage]] = {}
    for row in rows:
        is_over = next_quarter(row["first_day"]) + _YEAR <= today
        found = Vintage(
            row["all_loans"], row["all_foreseen"] / 1_000_000, row["all_bad"], is_over=is_over
        )
        quarters.setdefault(row["first_day"], []).append(found)
        if is_over:
            bands.setdefault(row["band"], []).append(found)
    newest = sorted(quarters)[-MOST_QUARTERS:]
    return Calibrated(
        tuple(QuarterFit(day, _together(quarters[day])) for day in newest),
        tuple((band, _together(bands[band])) for band in sorted(bands)),
    )


def _together(vintages: Iterable[Vintage]) -> Vintage:
    return reduce(Vintage.together_with, vintages)


def _rows_of(scope: Scope) -> QuerySet[VintageCount]:
    rows = VintageCount.objects.all()
    return rows if scope.bank_id is None else rows.filter(bank_id=scope.bank_id)
