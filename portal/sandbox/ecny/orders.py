"""Orders: paying out and collecting, each carried out once however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from portal.sandbox.money.books import Account, Books
from portal.sandbox.money.callbacks import call_about
from portal.sandbox.money.refusals import Failed, OrderRefused

MOST_FEN: Final = 10**13
PAYOUT, COLLECTION = "payout", "collection"
SETTLED, FAILED, UNKNOWN = "settled", "failed", "unknown"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``least_fen`` is what a collection takes at least, where there is less."""

    id: str
    kind: str
    amount_fen: int
    least_fen: int
    payer: str
    payee: str
    purpose: str
    allowed: tuple[str, ...]

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Order:
        """OrderRefused (malformed) for what is none."""
        try:
            order = cls(
                id=_text(claims["order"], 64),
                kind=_text(claims["kind"], 16),
                amount_fen=_fen(claims["amount_fen"]),
                least_fen=_fen(claims["least_fen"]),
                payer=_text(claims["payer"], 120),
                payee=_text(claims["payee"], 120),
                purpose=_text(claims["purpose"], 60),
                allowed=tuple(_text(one, 120) for one in claims["allowed_payees"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OrderRefused("malformed") from error
        if order.kind not in (PAYOUT, COLLECTION) or order.least_fen > order.amount_fen:
            raise OrderRefused("malformed")
        return order

    @property
    def sha256(self) -> str:
        """Names exactly what was asked for."""
        text = json.dumps(
            [
                *(self.id, self.kind, self.amount_fen, self.least_fen),
                *(self.payer, self.payee, self.purpose, list(self.allowed)),
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()


def carry_out(books: Books, order: Order, *, orderer: str, at: datetime) -> dict[str, Any]:
    """The answer to an order, the same one each time it is sent.

    OrderRefused (order_differs) when the id stands for another order.
    """
    known = _answered(books, order.id, orderer)
    if known is not None:
        if known["order_sha256"] != order.sha256:
            raise OrderRefused("order_differs")
        return known
    state, code, fen, into = SETTLED, "", 0, order.payee
    try:
        fen, into = _moved(books, order, orderer, at)
    except Failed as failure:
        state, code = FAILED, failure.code
    answer = {
        "order": order.id,
        "order_sha256": order.sha256,
        "state": state,
        "code": code,
        "amount_fen": fen,
        "payer": order.payer,
        "payee": order.payee,
        "into": into,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    books.connection.execute(
        "INSERT INTO rail_order VALUES (?, ?, ?, ?)",
        (order.id, orderer, order.sha256, json.dumps(answer)),
    )
    call_about(books, order.id, at=at.timestamp())
    return answer


def look_up(books: Books, order_id: str, *, orderer: str) -> dict[str, Any]:
    """What has become of an order; state ``unknown`` where there surely is none."""
    known = _answered(books, order_id, orderer)
    return known or {"order": order_id, "state": UNKNOWN}


def spend(books: Books, *, reference: str, payer: str, payee: str, fen: int, at: datetime) -> None:
    """A wallet's holder pays somebody; Failed where the money is bound to others, or frozen."""
    source, target = _usable(books, payer), _usable(books, payee)
    if source.kind == "bound" and target.id not in source.allowed:
        raise Failed("payee_not_allowed")
    if source.fen < fen:
        raise Failed("insufficient_funds")
    books.move(
        f"spend:{reference}", payer=payer, payee=payee, fen=fen, day=at.date(), why="payment"
    )


def _answered(books: Books, order_id: str, orderer: str) -> dict[str, Any] | None:
    found = books.connection.execute(
        "SELECT orderer, answer FROM rail_order WHERE id = ?", (order_id,)
    ).fetchone()
    if found is None:
        return None
    if found[0] != orderer:
        raise OrderRefused("order_differs")
    answer: dict[str, Any] = json.loads(found[1])
    return answer


def _moved(books: Books, order: Order, orderer: str, at: datetime) -> tuple[int, str]:
    """How much went where."""
    payer, payee = _usable(books, order.payer), _usable(books, order.payee)
    ours = payer if order.kind == PAYOUT else payee
    wallet = payee if order.kind == PAYOUT else payer
    if ours.kind != "bank" or ours.owner != orderer or wallet.kind != "wallet":
        raise Failed("refused")
    if order.kind == COLLECTION and not books.may_collect(payer.id, payee.id):
        raise Failed("refused")
    least = order.amount_fen if order.kind == PAYOUT else order.least_fen
    fen = min(order.amount_fen, payer.fen)
    if fen < least:
        raise Failed("insufficient_funds")
    into = _bound(books, order, wallet) if order.allowed else payee.id
    books.move(
        f"order:{order.id}", payer=payer.id, payee=into, fen=fen, day=at.date(), why=order.purpose
    )
    return fen, into


def _bound(books: Books, order: Order, wallet: Account) -> str:
    """An account beside the wallet that pays nobody but those named."""
    for name in order.allowed:
        _usable(books, name)
    name = f"{wallet.id}/{order.id}"
    books.open_account(
        name,
        kind="bound",
        institution=wallet.institution,
        owner=wallet.owner,
        wallet_class=wallet.wallet_class,
        allowed=order.allowed,
        returns_to=order.payer,
    )
    return name


def _usable(books: Books, name: str) -> Account:
    found = books.account(name)
    if found is None:
        raise Failed("wallet_unknown")
    if found.is_frozen:
        raise Failed("wallet_frozen")
    return found


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise ValueError("not a text")
    return value


def _fen(value: object) -> int:
    if type(value) is not int or not 0 < value <= MOST_FEN:
        raise ValueError("not an amount")
    return value
