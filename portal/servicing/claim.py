"""What is left of an instalment that has fallen due, with its penalty. Pure; integer fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from portal.products.schedule import PARTS_A_FEN, Instalment, rounded
from portal.servicing.terms import LastDay, Parts


@dataclass
class Claim:
    """``penalty`` is in parts of a fen: rounding it each day would lose or invent money."""

    due_on: date
    last_day: date
    interest_fen: int
    principal_fen: int
    penalty: int
    counted_to: date

    @classmethod
    def of(cls, instalment: Instalment, *, last_day: LastDay) -> Self:
        """The whole instalment, due and unpaid."""
        last = last_day(instalment.due_on)
        return cls(
            due_on=instalment.due_on,
            last_day=last,
            interest_fen=instalment.interest_fen,
            principal_fen=instalment.principal_fen,
            penalty=0,
            counted_to=last,
        )

    @property
    def owed(self) -> Parts:
        """What it comes to as of the day it was counted to."""
        return Parts(rounded(self.penalty), self.interest_fen, self.principal_fen)

    def count(self, day: date, *, rate_bp: int) -> None:
        """Add the penalty of the days up to ``day``; of days counted before, nothing."""
        days = (day - self.counted_to).days
        if days > 0:
            self.penalty += (self.interest_fen + self.principal_fen) * rate_bp * days
            self.counted_to = day

    def pay(self, amount_fen: int) -> Parts:
        """Take what ``amount_fen`` covers: penalty, then interest, then principal."""
        owed = self.owed
        penalty = min(amount_fen, owed.penalty_fen)
        interest = min(amount_fen - penalty, self.interest_fen)
        principal = min(amount_fen - penalty - interest, self.principal_fen)
        # With the last fen of a penalty goes what rounding added or left.
        is_whole = penalty == owed.penalty_fen
        self.penalty = 0 if is_whole else self.penalty - penalty * PARTS_A_FEN
        self.interest_fen -= interest
        self.principal_fen -= principal
        return Parts(penalty, interest, principal)
