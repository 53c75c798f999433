"""A score in words: the sentence about its probability, and its reasons for the bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.queries import ScoreView

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BAND_WORDS: dict[str, StrPromise] = {
    "A": gettext_lazy("Band A: very low risk."),
    "B": gettext_lazy("Band B: low risk."),
    "C": gettext_lazy("Band C: medium risk."),
    "D": gettext_lazy("Band D: raised risk."),
    "E": gettext_lazy("Band E: high risk."),
}
NOT_ENOUGH: dict[str, StrPromise] = {
    "months_missing": gettext_lazy(
        "Some of the months that a score needs could not be fetched, and they are never guessed."
    ),
    "no_sales": gettext_lazy("There are no sales invoices in the months you allowed."),
    "few_months": gettext_lazy("There are too few months with sales invoices."),
    "nothing_left": gettext_lazy(
        "After void and red-letter invoices nothing is left of the sales."
    ),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason as the component draws it."""

    title: str
    sentence: str
    direction: str
    points: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A score beside the words for it; ``why_not`` says why there is none."""

    score: ScoreView
    band_word: StrPromise | str
    probability: str
    bars: tuple[Bar, ...]
    why_not: StrPromise | str


def explained(score: ScoreView | None) -> Explained | None:
    """Words for a score in the page's language; None for none."""
    if score is None:
        return None
    return Explained(
        score=score,
        band_word=BAND_WORDS.get(score.band, ""),
        probability=_probability(score),
        bars=tuple(_bar(reason) for reason in score.reasons),
        why_not=NOT_ENOUGH.get(score.detail_code, ""),
    )


def _probability(score: ScoreView) -> str:
    if score.pd_ppm is None or score.pd_low_ppm is None or score.pd_high_ppm is None:
        return ""
    return _(
        "Of 1,000 firms with records like these, about %(likely)d would not repay"
        " (likely between %(low)d and %(high)d)."
    ) % {
        "likely": _per_thousand(score.pd_ppm),
        "low": _per_thousand(score.pd_low_ppm),
        "high": _per_thousand(score.pd_high_ppm),
    }


def _per_thousand(ppm: int) -> int:
    return max(round(ppm / 1000), 1)
