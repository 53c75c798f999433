"""What can be wrong with a witness, or with what it says of us."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """Codes of `ledger.witness_state`.

    ``LARGER`` and ``FORKED`` speak against the ledger: the witness remembers more entries than
    there are, or others. The rest speak against the witness or the way to it.
    """

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    WRONG_LINE = "wrong_line"
    WRONG_TIME = "wrong_time"
    UNPROVEN = "unproven"
    LARGER = "larger"
    FORKED = "forked"


# The ledger's own history is in doubt.
ALARMS = frozenset({Problem.LARGER, Problem.FORKED, Problem.UNPROVEN})


class NotCosigned(Exception):
    """No usable answer; ``problem`` is the code, ``size`` what the witness says it has seen."""

    def __init__(self, problem: Problem, message: str, *, size: int | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.size = size
