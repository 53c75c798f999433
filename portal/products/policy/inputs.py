"""What one case looks like to a table, checked before any row is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from portal.products.policy.vocabulary import KINDS, NO_BAND, Choice, Input, Number

_MAY_BE_ABSENT = frozenset({Input.SCORE, Input.PD_PPM, Input.MONTHS_OF_RECORDS})


class BadInputs(ValueError):
    """A value is missing, of the wrong type, out of range, or contradicts another."""


@dataclass(frozen=True, slots=True)
class PolicyInputs:
    """Score, band and probability of default (parts per million) of one case, and its terms.

    A firm without a score has band ``none`` and neither score nor probability. ``lowered_by`` are
    the features that its reasons name as lowering the score. Absent is ``None``, never 0.
    """

    score: int | None
    band: str
    pd_ppm: int | None
    amount_fen: int
    term_months: int
    months_of_records: int | None = None
    lowered_by: tuple[str, ...] = ()

    def frozen(self) -> dict[str, object]:
        """As JSON values, for the record of a decision."""
        return {**asdict(self), "lowered_by": list(self.lowered_by)}


def check_inputs(inputs: PolicyInputs) -> None:
    """Refuses with BadInputs what no case can look like."""
    for name in Input:
        if not _fits(name, getattr(inputs, name)):
            raise BadInputs(f"{name} does not fit")
    is_unscored = inputs.band == NO_BAND
    if not is_unscored == (inputs.score is None) == (inputs.pd_ppm is None):
        raise BadInputs("score, band and probability contradict each other")


def _fits(name: Input, value: object) -> bool:
    kind = KINDS[name]
    if value is None:
        return name in _MAY_BE_ABSENT
    if isinstance(kind, Number):
        return type(value) is int and kind.low <= value <= kind.high
    if isinstance(kind, Choice):
        return type(value) is str and value in kind.codes
    return type(value) is tuple and all(type(code) is str and code in kind.codes for code in value)
