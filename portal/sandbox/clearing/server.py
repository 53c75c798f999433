"""The clearing over HTTP: an order is accepted at once, and settled or rejected a little later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.sandbox.clearing.instructions import Clearer, report, take
from portal.sandbox.clearing.messages import read_instruction
from portal.sandbox.clearing.schema import SCHEMA
from portal.sandbox.money.answers import ORDERER
from portal.sandbox.money.books import Books
from portal.sandbox.money.refusals import Failed
from portal.sandbox.money.server import MoneyServer
from portal.sandbox.money.settings import Settings


class Server(MoneyServer):
    """The WSGI application of the clearing."""

    name, title, schema = "bank-clearing", "Clearing of bank transfers", SCHEMA

    def begin(self) -> None:
        super().begin()
        Clearer(self.ledger).start()

    def carry_out(self, books: Books, claims: dict[str, Any], at: datetime) -> dict[str, Any]:
        asked = read_instruction(str(claims["document"]))
        take(books, asked, orderer=ORDERER, at=at)
        return self._report(books, asked.id, at)

    def look_up(self, books: Books, claims: dict[str, Any]) -> dict[str, Any]:
        return self._report(books, UUID(str(claims["order"])).hex, datetime.now(UTC))

    def answer_about(self, books: Books, order_id: str) -> dict[str, Any]:
        return self._report(books, order_id, datetime.now(UTC))

    def spend(self, books: Books, names: dict[str, str], fen: int, at: datetime) -> None:
        payer = books.account(names["payer"])
        payee = books.account(names["payee"])
        if payer is None or payee is None or payer.is_frozen or payer.fen < fen:
            raise Failed("refused")
        books.move(
            f"spend:{names['reference']}",
            payer=payer.id,
            payee=payee.id,
            fen=fen,
            day=at.date(),
            why="payment",
        )

    @staticmethod
    def _report(books: Books, order: str, at: datetime) -> dict[str, Any]:
        """ISO 20022 has no word for an order that nobody has, so it stands outside the report."""
        document = report(books, order, orderer=ORDERER, at=at)
        known = {"state": "unknown"} if document is None else {"document": document}
        return {"order": str(UUID(order)), **known}


def settings_given() -> Settings:
    """As the environment has them."""
    return Settings.from_environment(
        key="TAXBRIDGE_CLEARING_KEY",
        books="TAXBRIDGE_CLEARING_BOOKS",
        orderers="TAXBRIDGE_CLEARING_ORDERERS",
        callback="TAXBRIDGE_CLEARING_CALLBACK",
    )
