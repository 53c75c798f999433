"""A score in words: the sentence about its probability, and its reasons for the bars."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.web.formats import HUNDRED_YUAN_FEN, yuan_text
from scoring.engine.features import Unit
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import NOT_ENOUGH_DATA, SENTENCES, TITLES
from scoring.engine.recourse_texts import CHANGES
from scoring.queries import ChangeView, ReasonView, ScoreView

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BAND_WORDS: dict[str, StrPromise] = {
    "A": gettext_lazy("Band A: very low risk."),
    "B": gettext_lazy("Band B: low risk."),
    "C": gettext_lazy("Band C: medium risk."),
    "D": gettext_lazy("Band D: raised risk."),
    "E": gettext_lazy("Band E: high risk."),
}
# To what a figure is rounded down, coarse to exact.
_STEPS: dict[Unit, tuple[int, ...]] = {
    Unit.FEN: (HUNDRED_YUAN_FEN, 100, 1),
    Unit.PPM: (1_000, 100, 10, 1),
    Unit.MONTHS: (1,),
    Unit.COUNT: (1,),
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
    why_not: str
    changes: tuple[str, ...]


def explained(score: ScoreView | None, *, most: int | None = None) -> Explained | None:
    """Words for a score in the page's language; None for none.

    With ``most``, only the reasons with the most points, whichever way they count.
    """
    if score is None:
        return None
    reasons = score.reasons
    if most is not None:
        reasons = tuple(sorted(reasons, key=lambda reason: -reason.points)[:most])
    return Explained(
        score=score,
        band_word=BAND_WORDS.get(score.band, ""),
        probability=_probability(score),
        bars=tuple(_bar(reason) for reason in reasons),
        why_not=_why_not(score),
        changes=tuple(_change(change) for change in score.recourse.changes),
    )


def model_note() -> tuple[str, ...]:
    """What the model is, and what its probability means, in sentences."""
    model = shipped_model()
    measured = model.training["metrics"][model.training["as_of"]]
    return (
        _(
            "The score adds up points for each figure, from 300 to 850. The points were fitted on "
            "%(firms)s firms of one published sample, %(defaults)s of which did not repay, so that "
            "nobody can say exactly how much a point is worth."
        )
        % {name: measured[name] for name in ("firms", "defaults")},
        _(
            "The probability is stated for a portfolio in which %(rate)s of firms do not repay. "
            "That rate is an assumption and not a measurement: read it as an order "
            "of risk. The range holds what other firms of the same sample would have given."
        )
        % {"rate": limit_text(model.base_rate_ppm, Unit.PPM)},
        _(
            "It was not shown that the score is better than the size of sales alone, that it tells "
            "larger firms apart, or that it holds for other years, regions and trades. A person at "
            "the bank decides."
        ),
    )


def _bar(reason: ReasonView) -> Bar:
    return Bar(
        title=_(TITLES[reason.feature]),
        sentence=_sentence(reason),
        direction=reason.direction,
        points=reason.points,
    )


def _sentence(reason: ReasonView) -> str:
    limit = limit_text(reason.compared_with, reason.unit)
    if reason.figure is None:
        return _("Compared with %(limit)s. The figure itself is erased.") % {"limit": limit}
    figure = figure_text(reason.figure, reason.unit, limit=reason.compared_with)
    return _(SENTENCES[reason.code]) % {"figure": figure, "compared_with": limit}


def _change(change: ChangeView) -> str:
    if change.figure is None:
        return _("%(title)s: the limit was %(limit)s; the figure was erased.") % {
            "title": _(TITLES[change.feature]),
            "limit": limit_text(change.edge, change.unit),
        }
    return _(CHANGES[change.feature]) % {
        "edge": limit_text(change.edge, change.unit),
        "figure": figure_text(change.figure, change.unit, limit=change.edge),
    }


def figure_text(figure: int, unit: str, *, limit: int) -> str:
    """A firm's figure as people read it: yuan by the hundred, shares by a tenth of a percent.

    Rounded down, and only as far as it still stands where it is beside ``limit``: 17.96 % is not
    written as the 18 % that it is below.
    """
    rounded = (figure - figure % step for step in _STEPS[Unit(unit)])
    side = _side(figure, limit)
    return limit_text(next(shown for shown in rounded if _side(shown, limit) == side), unit)


def limit_text(limit: int, unit: str) -> str:
    """A figure that others are set against: written out in full."""
    match Unit(unit):
        case Unit.FEN:
            return yuan_text(limit)
        case Unit.PPM:
            return f"{(Decimal(limit) / 10_000).normalize():,f}%"
        case Unit.MONTHS | Unit.COUNT:
            return f"{limit:,}"


def _side(figure: int, limit: int) -> int:
    return (figure > limit) - (figure < limit)


def _why_not(score: ScoreView) -> str:
    text = NOT_ENOUGH_DATA.get(score.detail_code)
    return _(text) % score.detail if text else ""


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
