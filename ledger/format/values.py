"""What one payload value may look like: no rule lets free text through.

So no name, address, phone number or sentence can reach the ledger. The same patterns are checked
in Python and in PostgreSQL: both read them anchored, and lengths are kept apart because a bounded
repetition costs PostgreSQL five times as much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ValueRule:
    """A JSON type (``string`` or ``number``), a pattern for the whole text, and its length."""

    type: str
    pattern: str
    shortest: int
    longest: int
    optional: bool = False

    def allows(self, value: object) -> bool:
        """Whether ``value`` may stand; None and an absent key only where optional."""
        if value is None:
            return self.optional
        if isinstance(value, bool) or not isinstance(value, str | int):
            return False
        json_type = "string" if isinstance(value, str) else "number"
        text = str(value)
        return (
            json_type == self.type
            and self.shortest <= len(text) <= self.longest
            and re.fullmatch(self.pattern, text) is not None
        )

    def as_json(self) -> dict[str, str | int | bool]:
        """The rule as the database's trigger reads it."""
        return {
            "type": self.type,
            "pattern": f"^(?:{self.pattern})$",
            "shortest": self.shortest,
            "longest": self.longest,
            "optional": self.optional,
        }


def optional(rule: ValueRule) -> ValueRule:
    """The same rule, but the key may be absent or null."""
    return replace(rule, optional=True)


_CODE = "[A-Za-z][A-Za-z0-9_.-]*"
_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_CLOCK = "[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"

ID = ValueRule("string", "[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+", 36, 36)
CODE = ValueRule("string", _CODE, 1, 64)
CODES = ValueRule("string", f"({_CODE}(,{_CODE})*)?", 0, 1024)
TOKEN = ValueRule("string", "[A-Za-z0-9][A-Za-z0-9_.:-]*", 1, 128)
DIGEST = ValueRule("string", "[0-9a-f]+", 64, 64)
MONTH = ValueRule("string", "[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])", 7, 7)
INSTANT = ValueRule("string", f"{_DAY}T{_CLOCK}([.][0-9]+)?Z", 20, 27)
COUNT = ValueRule("number", "0|[1-9][0-9]*", 1, 15)
