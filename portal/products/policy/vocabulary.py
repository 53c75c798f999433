"""The closed lists a decision table is written in: whatever is not here can't be said in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.engine.features import FEATURES
from scoring.engine.signals.catalogue import CODES


class Verdict(StrEnum):
    """What a row says; ``refer`` leaves the case to an officer."""

    APPROVE = "approve"
    REFER = "refer"
    DECLINE = "decline"


class Operator(StrEnum):
    """How a cell compares; ``between`` includes both ends."""

    EQUALS = "equals"
    AT_LEAST = "at_least"
    BELOW = "below"
    BETWEEN = "between"
    ONE_OF = "one_of"
    HAS_ANY = "has_any"
    HAS_NONE = "has_none"


class Input(StrEnum):
    """What a table may look at, in the order of its columns."""

    SCORE = "score"
    BAND = "band"
    PD_PPM = "pd_ppm"
    AMOUNT_FEN = "amount_fen"
    TERM_MONTHS = "term_months"
    MONTHS_OF_RECORDS = "months_of_records"
    LOWERED_BY = "lowered_by"
    SIGNAL_STRENGTH = "signal_strength"
    SIGNALS = "signals"


@dataclass(frozen=True, slots=True)
class Number:
    """An integer from ``low`` to ``high``."""

    low: int
    high: int

    operators = (Operator.AT_LEAST, Operator.BELOW, Operator.BETWEEN, Operator.EQUALS)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these codes."""

    codes: tuple[str, ...]

    operators = (Operator.ONE_OF,)


@dataclass(frozen=True, slots=True)
class Codes:
    """Any number of these codes at once.

    Where one ``may_be_unknown`` it comes with the mark ``UNKNOWN`` before it: of a code that could
    not be looked for nobody can say that there is none of it.
    """

    codes: tuple[str, ...]
    may_be_unknown: bool = False

    operators = (Operator.HAS_ANY, Operator.HAS_NONE)

    @property
    def said(self) -> frozenset[str]:
        """Everything that an input may hold."""
        doubtful = (f"{UNKNOWN}{code}" for code in self.codes) if self.may_be_unknown else ()
        return frozenset((*self.codes, *doubtful))

    def excluding(self, codes: Iterable[object]) -> tuple[str, ...]:
        """What an input must not hold for there to be none of ``codes``."""
        named = tuple(str(code) for code in codes)
        return (*named, *(f"{UNKNOWN}{code}" for code in named)) if self.may_be_unknown else named


UNKNOWN = "?"
NO_BAND = "none"  # not enough data for a score
BANDS = ("A", "B", "C", "D", "E", NO_BAND)
HIGHEST_AMOUNT_FEN = 10**13

KINDS: Mapping[Input, Number | Choice | Codes] = {
    Input.SCORE: Number(300, 850),
    Input.BAND: Choice(BANDS),
    Input.PD_PPM: Number(0, 1_000_000),
    Input.AMOUNT_FEN: Number(1, HIGHEST_AMOUNT_FEN),
    Input.TERM_MONTHS: Number(1, 600),
    Input.MONTHS_OF_RECORDS: Number(0, 600),
    Input.LOWERED_BY: Codes(tuple(FEATURES)),
    Input.SIGNAL_STRENGTH: Number(0, 3),
    Input.SIGNALS: Codes(CODES, may_be_unknown=True),
}
# Came after the first policies: left out where a case or a table has none of them, so that what ran
# before there were signals runs again bit for bit.
LATER = frozenset({Input.SIGNAL_STRENGTH, Input.SIGNALS})

# Without what only a person can know: an officer's own review, what the money is for.
REASONS: Mapping[Verdict, tuple[str, ...]] = {
    Verdict.APPROVE: ("score_sufficient", "turnover_supports", "relations_steady"),
    Verdict.REFER: (),
    Verdict.DECLINE: (
        "score_too_low",
        "amount_beyond_turnover",
        "sales_falling",
        "buyers_concentrated",
        "records_too_short",
        "invoices_unclear",
    ),
}
REST_ON_SCORE = frozenset({"score_sufficient", "score_too_low"})

# What an approval may hang on.
CONDITIONS = ("owner_guarantee", "paid_to_supplier", "quarterly_figures")
