"""A real clearing of bank transfers, with a bank's account and a firm's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from portal.sandbox.clearing.schema import SCHEMA
from portal.servicing.rails.bank_transfer import OPERATOR, BankTransferRail
from tests.rails.mover import Mover
from tests.rails.orders import Between

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


BETWEEN = Between(BANK, FIRM)
transfer, debit = BETWEEN.payout, BETWEEN.collection


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


@pytest.fixture
def clearing(tmp_path: Path) -> Iterator[Clearing]:
    made = Clearing(tmp_path / "clearing", ACCOUNTS)
    made.start()
    yield made
    made.kill()
    assert made.ledger.books.is_balanced()
