"""A policy at work: one case in, one ruling out. Whatever goes wrong, an officer gets the case.

How long it takes is bounded by what it may hold: at most ``MOST_ROWS`` rows of one table, cells
without loops, calls or references to each other, nothing that waits. The engine can't be stopped
from outside, since it holds the interpreter's lock, so it is given nothing that it could be long
about: a content with any other node, or a larger one, is not run.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import zen

from ledger.format.canonical import encode
from portal.products.policy.document import read
from portal.products.policy.flaws import MOST_ROWS, BrokenTable
from portal.products.policy.inputs import BadInputs, PolicyInputs, check_inputs
from portal.products.policy.jdm import TABLE_NODE, content_of, outputs_of
from portal.products.policy.matching import first_fitting
from portal.products.policy.table import Row, Table
from portal.products.policy.vocabulary import Verdict


class Alarm(StrEnum):
    """Why a policy could not rule; each is the bank's business to look into."""

    POLICY_CHANGED = "policy_changed"
    TABLE_BROKEN = "table_broken"
    INPUTS_BROKEN = "inputs_broken"
    ENGINE_FAILED = "engine_failed"
    READINGS_DIFFER = "readings_differ"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policy says of a case.

    ``row`` counts from 1 and is None when no row fits or an alarm was raised; both refer. An
    approval is for ``limit_fen`` at most, also where the firm asks for more. ``trace_sha256`` is
    over inputs, row and outputs as the engine traced them: the same case and policy give the same.
    """

    verdict: Verdict
    limit_fen: int | None = None
    rate_bp: int | None = None
    conditions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    row: int | None = None
    alarm: Alarm | None = None
    trace_sha256: str = ""


class _Distrusted(Exception):
    """The engine's answer is not the one that the table gives."""


def rule_on(rows: object, inputs: PolicyInputs) -> Ruling:
    """What the rows of a policy's document say of a case; raises nothing, approves only if sound.

    A table or a case that can't be read, an engine that fails, and an answer that the table read in
    plain Python does not give, are referred with an alarm.
    """
    try:
        table = read(rows)
    except BrokenTable:
        return alarmed(Alarm.TABLE_BROKEN)
    return _guarded(table, content_of(table), inputs)


def alarmed(alarm: Alarm) -> Ruling:
    """To an officer, and why."""
    return Ruling(Verdict.REFER, alarm=alarm)


def _guarded(table: Table, content: dict[str, Any], inputs: PolicyInputs) -> Ruling:
    try:
        check_inputs(inputs)
        return _ruled(table, content, inputs)
    except BadInputs:
        return alarmed(Alarm.INPUTS_BROKEN)
    except _Distrusted:
        return alarmed(Alarm.READINGS_DIFFER)
    except Exception:  # noqa: BLE001 -- whatever the engine raises, an officer gets the case
        return alarmed(Alarm.ENGINE_FAILED)


def _ruled(table: Table, content: dict[str, Any], inputs: PolicyInputs) -> Ruling:
    _check_bounded(content)
    decision = zen.ZenEngine().create_decision(json.dumps(content))
    answer = decision.evaluate(inputs.frozen(), {"trace": True})
    index = first_fitting(table, inputs)
    outputs = {} if index is None else outputs_of(index + 1, table.rows[index])
    traced = answer["trace"][TABLE_NODE]["traceData"] or {}
    if answer["result"] != outputs or traced.get("index") != index:
        raise _Distrusted
    seen = {"inputs": answer["trace"][TABLE_NODE]["input"], "outputs": outputs}
    digest = hashlib.sha256(encode({**seen, "rule": traced.get("rule")})).hexdigest()
    if index is None:
        return Ruling(Verdict.REFER, trace_sha256=digest)
    return _said_by(table.rows[index], number=index + 1, trace_sha256=digest)


def _check_bounded(content: dict[str, Any]) -> None:
    types = [node["type"] for node in content["nodes"]]
    rules = [rule for node in content["nodes"] for rule in node.get("content", {}).get("rules", ())]
    if types != ["inputNode", "decisionTableNode", "outputNode"] or len(rules) > MOST_ROWS:
        raise _Distrusted


def _said_by(row: Row, *, number: int, trace_sha256: str) -> Ruling:
    return Ruling(
        verdict=row.verdict,
        limit_fen=row.limit_fen,
        rate_bp=row.rate_bp,
        conditions=row.conditions,
        reasons=row.reasons,
        row=number,
        trace_sha256=trace_sha256,
    )
