"""A real e-CNY operator, with a bank's account and a few wallets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from portal.sandbox.ecny.schema import SCHEMA
from portal.servicing.rails.ecny import OPERATOR, EcnyRail
from portal.servicing.rails.protocol import Kind, Order
from tests.rails.mover import Mover

BANK, FIRM, SUPPLIER, ANONYMOUS = "bank:lantern", "wallet:firm", "wallet:supplier", "wallet:anon"
ACCOUNTS = [
    {"id": BANK, "kind": "bank", "institution": "icbc", "owner": "taxbridge", "fen": 10**11},
    {
        "id": FIRM,
        "kind": "wallet",
        "institution": "abc",
        "owner": "firm",
        "class": 2,
        "collected_by": [BANK],
    },
    {"id": SUPPLIER, "kind": "wallet", "institution": "ccb", "owner": "supplier", "class": 1},
    {"id": ANONYMOUS, "kind": "wallet", "institution": "ccb", "owner": "nobody", "class": 4},
]


class Operator(Mover):
    command, prefix, schema = "sandbox_ecny", "ECNY", SCHEMA
    rail_name, name = "ecny", OPERATOR
    holds: ClassVar = {"kind": "wallet", "wallet_class": 2}

    @property
    def rail(self) -> EcnyRail:
        return EcnyRail(self.url, key=self.orderer, operator=self.pinned, timeout=5)

    @staticmethod
    def reference(order_id: UUID) -> str:
        return f"order:{order_id}"


def payout(fen: int = 1_000_000, **changes: Any) -> Order:
    given: dict[str, Any] = {
        "id": uuid4(),
        "kind": Kind.PAYOUT,
        "amount_fen": fen,
        "least_fen": fen,
        "payer": BANK,
        "payee": FIRM,
        "purpose": "loan",
        **changes,
    }
    return Order(**given)


def collection(fen: int, *, least: int | None = None, **changes: Any) -> Order:
    return payout(
        fen,
        **{
            "kind": Kind.COLLECTION,
            "payer": FIRM,
            "payee": BANK,
            "least_fen": fen if least is None else least,
            "purpose": "instalment",
            **changes,
        },
    )


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    made = Operator(tmp_path / "ecny", ACCOUNTS)
    made.start()
    yield made
    made.kill()
    assert made.ledger.books.is_balanced()
