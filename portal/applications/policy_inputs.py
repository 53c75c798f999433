"""A case as a product's policy sees it."""

from __future__ import annotations

from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.vocabulary import NO_BAND
from scoring.queries import ScoreView


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
    )
