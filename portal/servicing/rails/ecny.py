"""The e-CNY operator's orders and answers (docs/wire.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from joserfc.jwk import KeySet

from portal.core.wire import SigningKey
from portal.servicing.rails.protocol import (
    Answer,
    Failure,
    Order,
    OrderDiffers,
    OutcomeUnknown,
    State,
)
from portal.servicing.rails.signed_http import TIMEOUT_SECONDS, SignedHttp, order_called_about

OPERATOR: Final = "ecny-operator"


class EcnyRail:
    """A rail over one operator. It takes part of a collection where there is less."""

    def __init__(
        self, base_url: str, *, key: SigningKey, operator: KeySet, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._operator = operator
        self._http = SignedHttp(
            base_url, name=OPERATOR, key=key, operator=operator, timeout=timeout
        )

    def place(self, order: Order) -> Answer:
        """As the protocol says."""
        return _about(order, self._http.place(order, _content(order)))

    def look_up(self, order: Order) -> Answer:
        """As the protocol says."""
        return _about(order, self._http.look_up(order))

    def read_callback(self, token: str) -> UUID:
        """As the protocol says."""
        return order_called_about(token, operator=self._operator, name=OPERATOR)


def digest_of(order: Order) -> str:
    """Names exactly what was asked for, as the operator names it (hex SHA-256)."""
    parts = [
        *(str(order.id), order.kind.value, order.amount_fen, order.least_fen),
        *(order.payer, order.payee, order.purpose, list(order.allowed_payees)),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _content(order: Order) -> dict[str, Any]:
    return {
        "order": str(order.id),
        "kind": order.kind.value,
        "amount_fen": order.amount_fen,
        "least_fen": order.least_fen,
        "payer": order.payer,
        "payee": order.payee,
        "purpose": order.purpose,
        "allowed_payees": list(order.allowed_payees),
    }


def _about(order: Order, claims: Mapping[str, Any]) -> Answer:
    """The answer as ours; OutcomeUnknown for one that contradicts itself."""
    try:
        state = State(claims["state"])
        if state is State.UNKNOWN:
            return Answer(order_id=order.id, state=state)
        if claims["order_sha256"] != digest_of(order):
            raise OrderDiffers(str(order.id))
        answer = Answer(
            order_id=order.id,
            state=state,
            failure=Failure(claims["code"]) if state is State.FAILED else None,
            amount_fen=claims["amount_fen"],
            into=str(claims["into"]),
            at=datetime.strptime(claims["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OutcomeUnknown(f"an answer that can't be read: {error}") from error
    moved = order.least_fen <= answer.amount_fen <= order.amount_fen
    if (state is State.SETTLED) != moved or (state is not State.SETTLED and answer.amount_fen):
        raise OutcomeUnknown("an answer with an amount that was not asked for")
    return answer
