"""What a rule of the registry is: who may write a kind of event, and what it may say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ledger.format.values import ValueRule


@dataclass(frozen=True)
class Rule:
    """Log-ins (without prefix) that may write a kind, and its payload's keys.

    ``gate_only`` kinds are written by `ledger.emit` alone, on behalf of these log-ins: the
    process itself can't insert one, only bring it about through the gate's functions.
    """

    writers: frozenset[str]
    payload: Mapping[str, ValueRule]
    gate_only: bool = False

    def payload_json(self) -> str:
        """The payload's rules as a JSON list, as the database is given them."""
        rules = [{"key": key, **asdict(rule)} for key, rule in sorted(self.payload.items())]
        return json.dumps(rules, sort_keys=True)


def by(*writers: str, **payload: ValueRule) -> Rule:
    """A kind that these log-ins write themselves."""
    return Rule(frozenset(writers), payload)


def through_gate(*writers: str, **payload: ValueRule) -> Rule:
    """A kind that only the gate's functions write, on behalf of these log-ins."""
    return Rule(frozenset(writers), payload, gate_only=True)
