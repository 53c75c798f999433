"""A real clearing of bank transfers, with a bank's account and a firm's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from portal.sandbox.clearing.schema import SCHEMA
from portal.servicing.rails.bank_transfer import OPERATOR, BankTransferRail
from portal.servicing.rails.protocol import Answer, Kind, Order, State
from tests.rails.mover import Mover

BANK, FIRM, STRANGER = "BANKLANTERN01", "6222000000000001", "6222000000000002"
ACCOUNTS: list[dict[str, Any]] = [
    {"id": BANK, "kind": "bank", "institution": "lantern", "owner": "taxbridge", "fen": 10**11},
    {
        "id": FIRM,
        "kind": "current",
        "institution": "abc",
        "owner": "firm",
        "collected_by": [BANK],
    },
    {"id": STRANGER, "kind": "current", "institution": "ccb", "owner": "stranger", "fen": 10**6},
]


class Clearing(Mover):
    command, prefix, schema = "sandbox_clearing", "CLEARING", SCHEMA
    rail_name, name = "bank_transfer", OPERATOR
    holds: ClassVar = {"kind": "current"}

    @property
    def rail(self) -> BankTransferRail:
        return BankTransferRail(self.url, key=self.orderer, operator=self.pinned, timeout=5)

    @staticmethod
    def reference(order_id: UUID) -> str:
        return f"instruction:{order_id.hex}"


def transfer(fen: int = 1_000_000, **changes: Any) -> Order:
    given: dict[str, Any] = {
        "id": uuid4(),
        "kind": Kind.PAYOUT,
        "amount_fen": fen,
        "least_fen": fen,
        "payer": BANK,
        "payee": FIRM,
        "purpose": "disbursement",
        **changes,
    }
    return Order(**given)


def debit(fen: int, **changes: Any) -> Order:
    given: dict[str, Any] = {"kind": Kind.COLLECTION, "payer": FIRM, "payee": BANK, **changes}
    return transfer(fen, **{"purpose": "instalment", **given})


def over(ask: Callable[[], Answer]) -> Answer:
    """What comes of an order in the end."""
    for _ in range(100):
        answer = ask()
        if answer.state is not State.ACCEPTED:
            return answer
        time.sleep(0.05)
    raise AssertionError("nothing is cleared")


@pytest.fixture
def clearing(tmp_path: Path) -> Iterator[Clearing]:
    made = Clearing(tmp_path / "clearing", ACCOUNTS)
    made.start()
    yield made
    made.kill()
    assert made.ledger.books.is_balanced()
