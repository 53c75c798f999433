"""A decision table: rows read from the top, the first that fits rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.products.policy.vocabulary import NO_BAND, Input, Operator, Verdict

Value = int | str
_SCORED_ONLY = frozenset({Input.SCORE, Input.PD_PPM})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one input must be for a row to fit."""

    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Fits when every cell does; an input without a cell may be anything, absent too.

    ``limit_fen`` and ``rate_bp`` (yearly, basis points) belong to an approval: up to that amount,
    at that rate, on those conditions.
    """

    cells: Mapping[Input, Cell]
    verdict: Verdict
    limit_fen: int | None = None
    rate_bp: int | None = None
    conditions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def needs_score(self) -> bool:
        """Whether a firm without a score can never fit."""
        band = self.cells.get(Input.BAND)
        return bool(_SCORED_ONLY & self.cells.keys()) or (
            band is not None and NO_BAND not in band.values
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Without rows it refers every case to an officer."""

    rows: tuple[Row, ...] = field(default=())


WITHOUT_ROWS = Table()
