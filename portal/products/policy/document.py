"""A table as canonical JSON, and back: the same table always has the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.products.policy.flaws import BrokenTable, check_table
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict

_OUTCOME = frozenset({"verdict", "limit_fen", "rate_bp", "conditions", "reasons"})
_CELL = "when_"


def written(table: Table) -> list[dict[str, Any]]:
    """Rows of JSON values; refuses with BrokenTable a table that has a flaw."""
    check_table(table)
    return [_written_row(row) for row in table.rows]


def read(rows: object) -> Table:
    """The table that ``written`` was given; BrokenTable for anything it would not have written."""
    try:
        table = Table(tuple(_read_row(row) for row in _list(rows)))
        is_same = written(table) == rows
    except BrokenTable:
        raise
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise BrokenTable from error
    if not is_same:
        raise BrokenTable
    return table


def _written_row(row: Row) -> dict[str, Any]:
    cells = {
        f"{_CELL}{name}": [cell.operator.value, *cell.values] for name, cell in row.cells.items()
    }
    return {
        **cells,
        "verdict": row.verdict.value,
        "limit_fen": row.limit_fen,
        "rate_bp": row.rate_bp,
        "conditions": list(row.conditions),
        "reasons": list(row.reasons),
    }


def _read_row(row: Mapping[str, Any]) -> Row:
    return Row(
        cells={
            Input(key.removeprefix(_CELL)): Cell(Operator(cell[0]), tuple(cell[1:]))
            for key, cell in row.items()
            if key not in _OUTCOME
        },
        verdict=Verdict(row["verdict"]),
        limit_fen=row["limit_fen"],
        rate_bp=row["rate_bp"],
        conditions=tuple(row["conditions"]),
        reasons=tuple(row["reasons"]),
    )


def _list(rows: object) -> list[Any]:
    if not isinstance(rows, list):
        raise TypeError("a table is a list of rows")
    return rows
