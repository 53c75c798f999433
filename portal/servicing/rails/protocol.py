"""What a rail has to do. An order's id is its own for ever: the same id never moves money twice.

Whoever sends an order writes down first that it is sent. When the answer is lost nobody knows what
became of it (`OutcomeUnknown`): then `look_up` is asked, by the same id, and no other order is
placed in its stead before the rail has said that it surely has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Kind(StrEnum):
    """Which way: to the firm, or from it."""

    PAYOUT = "payout"
    COLLECTION = "collection"


class State(StrEnum):
    """How an order stands. ``UNKNOWN`` is the rail's own word: it surely has no such order."""

    ACCEPTED = "accepted"
    SETTLED = "settled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Failure(StrEnum):
    """Why an order failed, for good."""

    WALLET_FROZEN = "wallet_frozen"
    WALLET_UNKNOWN = "wallet_unknown"
    PAYEE_NOT_ALLOWED = "payee_not_allowed"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for, in fen.

    A collection takes ``least_fen`` at least, where the payer has less than the amount; a rail that
    can't take part of an amount takes none of it then. Money paid out with ``allowed_payees`` is
    bound: it pays nobody else; a rail that can't bind money refuses.
    """

    id: UUID
    kind: Kind
    amount_fen: int
    least_fen: int
    payer: str
    payee: str
    purpose: str
    allowed_payees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an order. ``amount_fen`` is what moved, 0 unless settled.

    ``into`` is the account that has it: a bound one where the money is bound.
    """

    order_id: UUID
    state: State
    failure: Failure | None = None
    amount_fen: int = 0
    into: str = ""
    at: datetime | None = None


class OutcomeUnknown(Exception):
    """No usable answer: what became of the order has to be looked up."""


class OrderDiffers(Exception):
    """The rail has another order under this id: ours was changed under way, or theirs was."""


class Rail(Protocol):
    """A mover of money. Every method may raise OutcomeUnknown."""

    def place(self, order: Order) -> Answer:
        """Ask for it, once or again; OrderDiffers when the id stands for another order there."""

    def look_up(self, order: Order) -> Answer:
        """What became of it; state ``unknown`` when the rail surely has no such order.

        OrderDiffers when the id stands for another order there.
        """

    def read_callback(self, token: str) -> UUID:
        """Which order a call of the rail's is about; WireRefused for a forged one.

        A callback is a hint to look up and nothing more: it may be late, doubled or out of order.
        """
