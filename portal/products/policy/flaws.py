"""What is wrong with a table, by row and column; a table with a flaw is never run."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import (
    CONDITIONS,
    HIGHEST_AMOUNT_FEN,
    KINDS,
    REASONS,
    REST_ON_SCORE,
    Input,
    Number,
    Operator,
    Verdict,
)

MOST_ROWS = 60
HIGHEST_RATE_BP = 3600


class FlawCode(StrEnum):
    TOO_MANY_ROWS = "too_many_rows"
    OPERATOR_UNFIT = "operator_unfit"
    VALUES_UNFIT = "values_unfit"
    OUT_OF_ORDER = "out_of_order"
    LIMIT_UNFIT = "limit_unfit"
    RATE_UNFIT = "rate_unfit"
    ONLY_FOR_APPROVAL = "only_for_approval"
    CONDITIONS_UNFIT = "conditions_unfit"
    REASONS_MISSING = "reasons_missing"
    REASONS_UNFIT = "reasons_unfit"
    SCORE_NOT_ASKED = "score_not_asked"
    NEVER_REACHED = "never_reached"
    LIMIT_BEYOND_TERMS = "limit_beyond_terms"
    RATE_BEYOND_TERMS = "rate_beyond_terms"


@dataclass(frozen=True, slots=True)
class Flaw:
    """``row`` counts from 1; 0 and an empty ``column`` mean the table or the row as a whole."""

    row: int
    column: str
    code: FlawCode


class BrokenTable(ValueError):
    """A table that may not be run, with all that is wrong with it."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("; ".join(f"row {f.row}, {f.column or '-'}: {f.code}" for f in flaws))
        self.flaws = flaws


def check_table(table: Table) -> None:
    """Refuses with BrokenTable a table that has any flaw."""
    flaws = flaws_of(table)
    if flaws:
        raise BrokenTable(*flaws)


def flaws_of(table: Table) -> tuple[Flaw, ...]:
    """Everything that is wrong, from the first row to the last."""
    found = [
        Flaw(number, column, code)
        for number, row in enumerate(table.rows, start=1)
        for column, code in itertools.chain(_cell_flaws(row), _outcome_flaws(row))
    ]
    if len(table.rows) > MOST_ROWS:
        found.append(Flaw(0, "", FlawCode.TOO_MANY_ROWS))
    if any(not row.cells for row in table.rows[:-1]):
        found.append(Flaw(len(table.rows), "", FlawCode.NEVER_REACHED))
    return tuple(found)


def _cell_flaws(row: Row) -> Iterator[tuple[str, FlawCode]]:
    for name, cell in row.cells.items():
        code = _cell_flaw(name, cell)
        if code is not None:
            yield name, code


def _cell_flaw(name: Input, cell: Cell) -> FlawCode | None:
    kind = KINDS[name]
    if cell.operator not in kind.operators:
        return FlawCode.OPERATOR_UNFIT
    if isinstance(kind, Number):
        return _number_flaw(kind, cell)
    known = bool(cell.values) and set(cell.values) <= set(kind.codes)
    return None if known and _all_once(cell.values) else FlawCode.VALUES_UNFIT


def _number_flaw(kind: Number, cell: Cell) -> FlawCode | None:
    wanted = 2 if cell.operator is Operator.BETWEEN else 1
    fits = all(type(value) is int and kind.low <= value <= kind.high for value in cell.values)
    if len(cell.values) != wanted or not fits:
        return FlawCode.VALUES_UNFIT
    return FlawCode.OUT_OF_ORDER if list(cell.values) != sorted(cell.values) else None


def _outcome_flaws(row: Row) -> Iterator[tuple[str, FlawCode]]:
    if row.verdict is Verdict.APPROVE:
        yield from _approval_flaws(row)
    else:
        for column in ("limit_fen", "rate_bp", "conditions"):
            if getattr(row, column) not in (None, ()):
                yield column, FlawCode.ONLY_FOR_APPROVAL
    yield from _reason_flaws(row)


def _approval_flaws(row: Row) -> Iterator[tuple[str, FlawCode]]:
    if not _is_within(row.limit_fen, HIGHEST_AMOUNT_FEN):
        yield "limit_fen", FlawCode.LIMIT_UNFIT
    if not _is_within(row.rate_bp, HIGHEST_RATE_BP):
        yield "rate_bp", FlawCode.RATE_UNFIT
    if not set(row.conditions) <= set(CONDITIONS) or not _all_once(row.conditions):
        yield "conditions", FlawCode.CONDITIONS_UNFIT
    if not row.needs_score:
        yield "score", FlawCode.SCORE_NOT_ASKED


def _reason_flaws(row: Row) -> Iterator[tuple[str, FlawCode]]:
    allowed = REASONS[row.verdict]
    if allowed and not row.reasons:
        yield "reasons", FlawCode.REASONS_MISSING
    elif not set(row.reasons) <= set(allowed) or not _all_once(row.reasons):
        yield "reasons", FlawCode.REASONS_UNFIT
    elif REST_ON_SCORE & set(row.reasons) and not row.needs_score:
        yield "reasons", FlawCode.SCORE_NOT_ASKED


def _is_within(value: int | None, highest: int) -> bool:
    return type(value) is int and 1 <= value <= highest


def _all_once(values: tuple[object, ...]) -> bool:
    return len(set(values)) == len(values)
