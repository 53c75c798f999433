"""The operator over HTTP: each order is over the moment it is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.sandbox.ecny.interest import PAYER, close_days
from portal.sandbox.ecny.orders import Order, carry_out, look_up, spend
from portal.sandbox.ecny.schema import SCHEMA
from portal.sandbox.money.answers import ORDERER
from portal.sandbox.money.books import Books
from portal.sandbox.money.server import MoneyServer
from portal.sandbox.money.settings import Settings


class Server(MoneyServer):
    """The WSGI application of the operator."""

    name, title, schema = "ecny-operator", "e-CNY operator", SCHEMA

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        with self.ledger.changing() as books:
            books.open_account(PAYER, kind="interest", institution="pboc", owner="pboc")

    def carry_out(self, books: Books, claims: dict[str, Any], at: datetime) -> dict[str, Any]:
        close_days(books, at.date())
        return carry_out(books, Order.of(claims), orderer=ORDERER, at=at)

    def look_up(self, books: Books, claims: dict[str, Any]) -> dict[str, Any]:
        return look_up(books, str(claims["order"]), orderer=ORDERER)

    def answer_about(self, books: Books, order_id: str) -> dict[str, Any]:
        return look_up(books, order_id, orderer=ORDERER)

    def spend(self, books: Books, names: dict[str, str], fen: int, at: datetime) -> None:
        close_days(books, at.date())
        spend(books, **names, fen=fen, at=at)


def settings_given() -> Settings:
    """As the environment has them."""
    return Settings.from_environment(
        key="TAXBRIDGE_ECNY_KEY",
        books="TAXBRIDGE_ECNY_BOOKS",
        orderers="TAXBRIDGE_ECNY_ORDERERS",
        callback="TAXBRIDGE_ECNY_CALLBACK",
    )
