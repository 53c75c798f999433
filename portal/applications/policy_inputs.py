"""A case as a product's policy sees it."""

from __future__ import annotations

from typing import TypedDict

from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.vocabulary import NO_BAND, UNKNOWN
from scoring.queries import ScoreView
from scoring.signal_views import SignalsView


class _Signals(TypedDict):
    signal_strength: int | None
    signals: tuple[str, ...] | None


def inputs_of(score: ScoreView, *, amount_fen: int, term_months: int) -> PolicyInputs:
    """The inputs of a case with its score, or with the answer that there is none.

    Months of records are known where they were too few for a score. A score that was set aside is
    no input: such a case is a person's, and no policy is asked.
    """
    return PolicyInputs(
        score=score.value,
        band=score.band or NO_BAND,
        pd_ppm=score.pd_ppm,
        amount_fen=amount_fen,
        term_months=term_months,
        months_of_records=score.detail.get("months"),
        lowered_by=tuple(
            reason.feature for reason in score.reasons if reason.direction == "lowers"
        ),
        **_signals(score.signals),
    )


def _signals(signals: SignalsView | None) -> _Signals:
    """Nothing where not one could be computed: a row that asks for them then does not fit."""
    if signals is None or signals.is_nothing_known:
        return {"signal_strength": None, "signals": None}
    unknown = (f"{UNKNOWN}{code}" for code in signals.not_computable)
    found = (signal.code for signal in signals.found)
    return {"signal_strength": signals.strongest, "signals": tuple(sorted((*found, *unknown)))}
