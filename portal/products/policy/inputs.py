"""What one case looks like to a table, checked before any row is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from portal.products.policy.vocabulary import KINDS, LATER, NO_BAND, Choice, Input, Number

_MAY_BE_ABSENT = frozenset({Input.SCORE, Input.PD_PPM, Input.MONTHS_OF_RECORDS}) | LATER


class BadInputs(ValueError):
    """A value is missing, of the wrong type, out of range, or contradicts another."""


@dataclass(frozen=True, slots=True)
class PolicyInputs:
    """Score, band and probability of default (parts per million) of one case, and its terms.

    A firm without a score has band ``none`` and neither score nor probability. ``lowered_by`` are
    the features that its reasons name as lowering the score. Absent is ``None``, never 0.

    ``signal_strength`` is the strongest signal's, 0 where none was found; ``signals`` are the codes
    found, and marked with ``UNKNOWN`` those that could not be computed. Both are absent where no
    signal could be, or none are kept beside the score.
    """

    score: int | None
    band: str
    pd_ppm: int | None
    amount_fen: int
    term_months: int
    months_of_records: int | None = None
    lowered_by: tuple[str, ...] = ()
    signal_strength: int | None = None
    signals: tuple[str, ...] | None = None

    def frozen(self) -> dict[str, object]:
        """As JSON values, for the record of a decision; ``thaw`` reads them back."""
        kept = {name: value for name, value in asdict(self).items() if value is not None}
        absent = {name: None for name in asdict(self) if name not in kept and name not in LATER}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in {**kept, **absent}.items()
        }

    @classmethod
    def thaw(cls, kept: Mapping[str, Any]) -> Self:
        """The inputs that ``frozen`` was called on."""
        listed = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
        return cls(**{**kept, **listed})


def check_inputs(inputs: PolicyInputs) -> None:
    """Refuses with BadInputs what no case can look like."""
    for name in Input:
        if not _fits(name, getattr(inputs, name)):
            raise BadInputs(f"{name} does not fit")
    is_unscored = inputs.band == NO_BAND
    if not is_unscored == (inputs.score is None) == (inputs.pd_ppm is None):
        raise BadInputs("score, band and probability contradict each other")
    if (inputs.signal_strength is None) != (inputs.signals is None):
        raise BadInputs("the strength of signals and the signals contradict each other")


def _fits(name: Input, value: object) -> bool:
    kind = KINDS[name]
    if value is None:
        return name in _MAY_BE_ABSENT
    if isinstance(kind, Number):
        return type(value) is int and kind.low <= value <= kind.high
    if isinstance(kind, Choice):
        return type(value) is str and value in kind.codes
    return type(value) is tuple and all(type(code) is str and code in kind.said for code in value)
