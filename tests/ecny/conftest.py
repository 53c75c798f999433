"""A real e-CNY operator, with a bank's account and a few wallets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from portal.sandbox.ecny.schema import SCHEMA
from portal.servicing.rails.ecny import OPERATOR, EcnyRail
from tests.rails.mover import Mover
from tests.rails.orders import Between

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


BETWEEN = Between(BANK, FIRM)
payout, collection = BETWEEN.payout, BETWEEN.collection


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


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    made = Operator(tmp_path / "ecny", ACCOUNTS)
    made.start()
    yield made
    made.kill()
    assert made.ledger.books.is_balanced()
