"""Orders for the tests of rails, and what comes of them in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from portal.servicing.rails.protocol import Answer, Kind, Order, State


@dataclass(frozen=True, slots=True)
class Between:
    """Orders of a bank's account about a firm's."""

    bank: str
    firm: str

    def payout(self, fen: int = 1_000_000, **changes: Any) -> Order:
        given: dict[str, Any] = {
            "id": uuid4(),
            "kind": Kind.PAYOUT,
            "amount_fen": fen,
            "least_fen": fen,
            "payer": self.bank,
            "payee": self.firm,
            "purpose": "disbursement",
            **changes,
        }
        return Order(**given)

    def collection(self, fen: int, *, least: int | None = None, **changes: Any) -> Order:
        given: dict[str, Any] = {
            "kind": Kind.COLLECTION,
            "payer": self.firm,
            "payee": self.bank,
            "least_fen": fen if least is None else least,
            "purpose": "instalment",
            **changes,
        }
        return self.payout(fen, **given)


def over(ask: Callable[[], Answer]) -> Answer:
    """What comes of an order in the end, over a rail that settles later too."""
    for _ in range(100):
        answer = ask()
        if answer.state is not State.ACCEPTED:
            return answer
        time.sleep(0.05)
    raise AssertionError("nothing comes of it")
