"""From monthly summaries to a score, or to a coded "not enough data". Pure, whole numbers only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType

from scoring.engine.calendar import CalendarMonth, month_number
from scoring.engine.features import compute_features
from scoring.engine.model import Model
from scoring.engine.reasons import Reason, reasons_for
from scoring.engine.recourse import Recourse, recourse_for
from scoring.engine.summary import MonthSummary
from scoring.engine.window import MOST_LAG, WINDOW_MONTHS, Window, window_of


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """Why no score was made: a code and the figures its sentence needs."""

    code: str
    detail: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A score with all that explains and replays it; probabilities in parts per million.

    ``score == base_points + sum(points.values())``; ``points`` and ``features`` are in the
    card's and the catalogue's order.
    """

    score: int
    band: str
    pd_ppm: int
    pd_low_ppm: int
    pd_high_ppm: int
    reasons: tuple[Reason, ...]
    features: Mapping[str, int | None]
    points: Mapping[str, int]
    base_points: int
    recourse: Recourse
    input_digest: str
    model_version: str
    model_sha256: str


def assess(
    summaries: Sequence[MonthSummary],
    *,
    as_of: str | CalendarMonth,
    model: Model,
    missing: Iterable[str | CalendarMonth] = (),
    lag: int = 0,
) -> Assessment | NotEnoughData:
    """Score a firm as of a month, from the 24 months that end with it.

    ``lag`` is how many months that were asked for come after ``as_of``, not yet confirmed: as many
    of the window's first months were not asked for, and up to two of them it does without.

    A month without a summary had no invoices; months whose data is absent for another reason
    (outside the consent, left out by the authority) go in ``missing`` and are never guessed.
    Raises ValueError when a month of the window comes twice.
    """
    if lag > MOST_LAG:
        return NotEnoughData("authority_behind", {"months": lag, "most": MOST_LAG})
    window = window_of(summaries, as_of, lag=lag)
    refusal = _refusal(window, model, missing)
    if refusal is not None:
        return refusal
    return assessment_of(compute_features(window), input_digest=window.digest, model=model)


def assessment_of(
    features: Mapping[str, int | None], *, input_digest: str, model: Model
) -> Assessment:
    """The score of a feature vector; ``input_digest`` (hex) says which records are behind it.

    Raises ValueError for a figure that isn't a whole number: NaN falls in no bin.
    """
    if any(type(value) not in (int, NoneType) for value in features.values()):
        raise ValueError("figures are whole numbers")
    points = model.points(features)
    score = model.base + sum(points.values())
    pd_ppm = model.pd(score)
    low, high = model.pd_interval(features)
    return Assessment(
        score=score,
        band=model.band(score),
        pd_ppm=pd_ppm,
        pd_low_ppm=min(low, pd_ppm),
        pd_high_ppm=max(high, pd_ppm),
        reasons=reasons_for(model, features),
        features=features,
        points=points,
        base_points=model.base,
        recourse=recourse_for(model, features),
        input_digest=input_digest,
        model_version=model.version,
        model_sha256=model.sha256,
    )


def too_little(window: Window, *, history: int, sales: int) -> NotEnoughData | None:
    """Say why a window can't carry a score, if it can't.

    It needs ``history`` months from its first sale on, ``sales`` months with sales, and sales
    that weren't all reversed.
    """
    months = sum(window.has_sales)
    if months == 0:
        return NotEnoughData("no_sales", {})
    if window.months_on_record < history:
        return NotEnoughData(
            "short_history", {"months": window.months_on_record, "needed": history}
        )
    if months < sales:
        return NotEnoughData("few_months", {"months": months, "needed": sales})
    if sum(side.net_fen for side in window.sides("sale")) <= 0:
        return NotEnoughData("nothing_left", {})
    return None


def _refusal(
    window: Window, model: Model, missing: Iterable[str | CalendarMonth]
) -> NotEnoughData | None:
    first = window.as_of - WINDOW_MONTHS + 1 + window.lag
    absent = {month_number(month) for month in missing} & set(range(first, window.as_of + 1))
    if absent:
        return NotEnoughData("months_missing", {"missing": len(absent), "needed": WINDOW_MONTHS})
    return too_little(window, history=model.least_history, sales=model.least_sales_months)
