"""What was ever written has to be readable for ever: kinds and their keys only grow in number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ledger.format import values
from ledger.format.values import ValueRule
from ledger.kinds import REGISTRY, EventKind

FROZEN = Path(__file__).with_name("frozen_kinds.txt")
RULES: Mapping[ValueRule, str] = {
    rule: name for name, rule in vars(values).items() if isinstance(rule, ValueRule)
}


def line_of(kind: EventKind) -> str:
    """The kind with its keys and their rules, as the list has it; ``?`` for optional."""
    keys = []
    for key, rule in sorted(REGISTRY[kind].payload.items()):
        needed = ValueRule(rule.pattern, rule.shortest, rule.longest)
        keys.append(f"{key}:{RULES[needed]}{'?' * rule.optional}")
    return " ".join([str(kind), *keys])


def test_the_list_is_the_registry_kind_by_kind() -> None:
    """A new kind adds its line. A line is never changed or taken out: make a new kind instead.

    An optional key may be added to a kind; its line then changes in this file and nothing else.
    """
    frozen = FROZEN.read_text(encoding="utf-8").splitlines()
    assert frozen == sorted(line_of(kind) for kind in REGISTRY)
