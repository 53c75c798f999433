"""What one payload value may look like: no rule lets free text through.

So no name, address, phone number or sentence can reach the ledger. The same patterns are checked
in Python and in PostgreSQL: both read them anchored, and lengths are kept apart because a bounded
repetition costs PostgreSQL five times as much.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

Scalar = str | int | bool | None


@dataclass(frozen=True)
class ValueRule:
    """A pattern for the whole JSON text of a value, quotes included, and that text's length."""

    pattern: str
    shortest: int
    longest: int
    optional: bool = False

    def allows(self, value: Scalar) -> bool:
        """Whether ``value`` may stand; None and an absent key only where optional."""
        if value is None:
            return self.optional
        text = json.dumps(value, ensure_ascii=False)
        return (
            self.shortest <= len(text) <= self.longest
            and re.fullmatch(self.pattern, text) is not None
        )


def optional(rule: ValueRule) -> ValueRule:
    """The same rule, but the key may be absent or null."""
    return replace(rule, optional=True)


_CODE = "[A-Za-z][A-Za-z0-9_.-]*"
_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_CLOCK = "[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"

_HEX = "[0-9a-f]+"


def _text(pattern: str, shortest: int, longest: int) -> ValueRule:
    """A rule for strings, by their content."""
    return ValueRule(f'"{pattern}"', shortest + 2, longest + 2)


ID = _text(f"{_HEX}-{_HEX}-{_HEX}-{_HEX}-{_HEX}", 36, 36)
CODE = _text(_CODE, 1, 64)
CODES = _text(f"({_CODE}(,{_CODE})*)?", 0, 1024)
TOKEN = _text("[A-Za-z0-9_.:-]+", 1, 128)
DIGEST = _text(_HEX, 64, 64)
MONTH = _text("[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])", 7, 7)
INSTANT = _text(f"{_DAY}T{_CLOCK}([.][0-9]+)?Z", 20, 27)
COUNT = ValueRule("0|[1-9][0-9]*", 1, 15)
