"""The table read a second time, in plain Python: the engine's answer has to agree with it."""

from __future__ import annotations

from typing import cast

from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.table import Cell, Row, Table, Value
from portal.products.policy.vocabulary import KINDS, Codes, Input, Operator


def first_fitting(table: Table, inputs: PolicyInputs) -> int | None:
    """Index of the first row that fits, None when none does."""
    return next((i for i, row in enumerate(table.rows) if _fits(row, inputs)), None)


def _fits(row: Row, inputs: PolicyInputs) -> bool:
    return all(_holds(name, cell, getattr(inputs, name)) for name, cell in row.cells.items())


def _holds(name: Input, cell: Cell, value: Value | tuple[str, ...] | None) -> bool:
    if value is None:
        return False
    if isinstance(value, int):
        return _compares(cell.operator, value, [int(limit) for limit in cell.values])
    if isinstance(value, str):
        return value in cell.values
    if cell.operator is Operator.HAS_ANY:
        return not set(value).isdisjoint(cell.values)
    kind = cast("Codes", KINDS[name])
    return set(value).isdisjoint(kind.excluding(cell.values))


def _compares(operator: Operator, value: int, limits: list[int]) -> bool:
    match operator:
        case Operator.AT_LEAST:
            return value >= limits[0]
        case Operator.BELOW:
            return value < limits[0]
        case Operator.BETWEEN:
            return limits[0] <= value <= limits[1]
        case _:
            return value == limits[0]
