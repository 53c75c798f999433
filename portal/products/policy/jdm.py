"""A table in the JSON decision model of zen-engine: one table node between input and output.

The engine takes a cell that it can't read for one that doesn't fit, without a word. So no cell is
ever typed: each is put together here from an operator and values of the closed lists.
"""

from __future__ import annotations

import json
from typing import Any

from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import KINDS, LATER, Codes, Input, Operator

TABLE_NODE = "table"
OUTPUTS = ("row", "verdict", "limit_fen", "rate_bp", "conditions", "reasons")
_EXPRESSIONS = {
    # An absent value fits no comparison.
    Operator.EQUALS: "$ != null and $ == {0}",
    Operator.AT_LEAST: "$ != null and $ >= {0}",
    Operator.BELOW: "$ != null and $ < {0}",
    Operator.BETWEEN: "$ != null and $ >= {0} and $ <= {1}",
    Operator.ONE_OF: "$ in {list}",
    Operator.HAS_ANY: "some($, # in {list})",
    Operator.HAS_NONE: "none($, # in {list})",
}


def content_of(table: Table) -> dict[str, Any]:
    """The decision model; the table has to be free of flaws."""
    return {
        "nodes": [
            {"id": "case", "name": "case", "type": "inputNode"},
            {
                "id": TABLE_NODE,
                "name": TABLE_NODE,
                "type": "decisionTableNode",
                "content": _table_node(table),
            },
            {"id": "ruling", "name": "ruling", "type": "outputNode"},
        ],
        "edges": [
            {"id": "in", "type": "edge", "sourceId": "case", "targetId": TABLE_NODE},
            {"id": "out", "type": "edge", "sourceId": TABLE_NODE, "targetId": "ruling"},
        ],
    }


def _table_node(table: Table) -> dict[str, Any]:
    return {
        "hitPolicy": "first",
        "inputs": [_column(name) for name in _columns(table)],
        "outputs": [_column(name) for name in OUTPUTS],
        "rules": [_rule(number, row) for number, row in enumerate(table.rows, start=1)],
    }


def _columns(table: Table) -> list[Input]:
    """Later columns only where a row looks at them: a table from before them stays as it was."""
    used = {name for row in table.rows for name in row.cells}
    return [name for name in Input if name not in LATER or name in used]


def _column(name: str) -> dict[str, str]:
    return {"id": name, "name": name, "field": name, "type": "expression"}


def _rule(number: int, row: Row) -> dict[str, str]:
    cells = {str(name): _expression(name, cell) for name, cell in row.cells.items()}
    return {"_id": f"row-{number}", **cells, **_outcome(number, row)}


def _expression(name: Input, cell: Cell) -> str:
    kind, values = KINDS[name], cell.values
    if isinstance(kind, Codes) and cell.operator is Operator.HAS_NONE:
        values = kind.excluding(values)
    said = _EXPRESSIONS[cell.operator].format(*values, list=json.dumps(list(values)))
    return f"$ != null and {said}" if isinstance(kind, Codes) and kind.may_be_unknown else said


def _outcome(number: int, row: Row) -> dict[str, str]:
    said = outputs_of(number, row)
    return {name: json.dumps(value) for name, value in said.items()}


def outputs_of(number: int, row: Row) -> dict[str, object]:
    """What the engine has to answer when this row rules; ``number`` counts from 1.

    What a row has no say on is left out, as the engine leaves it out.
    """
    said = {
        "row": number,
        "verdict": row.verdict.value,
        "limit_fen": row.limit_fen,
        "rate_bp": row.rate_bp,
        "conditions": list(row.conditions),
        "reasons": list(row.reasons),
    }
    return {name: value for name, value in said.items() if value is not None}
