"""What pages say of the witnesses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.utils.translation import get_language

from ledger import keys
from ledger.format.policy import Witness
from ledger.standing import heads
from ledger.witnessing.problems import ALARMS, Problem

_STATES = """
SELECT witness, size, cosigned_at, asked_at, problem, problem_since FROM ledger.witness_state
"""
_ALARMS = f"{_STATES} WHERE problem = ANY(%s) ORDER BY problem_since, witness"


@dataclass(frozen=True, slots=True)
class State:
    """What a witness last said; ``problem`` is None while it answers as it should."""

    witness: str
    size: int
    cosigned_at: datetime | None
    asked_at: datetime
    problem: Problem | None
    problem_since: datetime | None


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A witness of the policy; ``state`` is None before it was first asked.

    ``behind``: how many of the entries there are it has not vouched for yet.
    """

    name: str
    label: str
    key_name: str
    key_id: str
    url: str
    behind: int
    state: State | None


def witness_rows(*, using: str = "default") -> list[WitnessRow]:
    """Every witness of the policy, in its order; refuses (`PolicyRefused`) a broken policy."""
    entries, known = heads(using=using).size, labels()
    states = {state.witness: state for state in _states(_STATES, [], using=using)}
    return [
        _row(witness, states.get(witness.name), entries=entries, labels=known)
        for witness in keys.policy().witnesses.values()
    ]


def alarms(*, using: str = "default") -> list[State]:
    """Witnesses that know a larger ledger or another one: nothing is final until that is clear."""
    return _states(_ALARMS, [sorted(ALARMS)], using=using)


def _row(
    witness: Witness, state: State | None, *, entries: int, labels: Mapping[str, Mapping[str, str]]
) -> WitnessRow:
    label = labels.get(witness.name, {}).get(get_language() or "", witness.name)
    cosigner = witness.cosigner
    behind = max(entries - state.size, 0) if state else entries
    return WitnessRow(
        witness.name, label, cosigner.name, cosigner.key_id.hex(), witness.url, behind, state
    )


def _states(query: str, values: list[list[Problem]], *, using: str) -> list[State]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    return [
        State(witness, size, cosigned_at, asked_at, Problem(code) if code else None, since)
        for witness, size, cosigned_at, asked_at, code, since in rows
    ]


def labels() -> Mapping[str, Mapping[str, str]]:
    """The witnesses' names for people, by language; none where nobody wrote them down."""
    path = keys.policy_file().with_name("witnesses.json")
    if not path.exists():
        return {}
    found: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found
