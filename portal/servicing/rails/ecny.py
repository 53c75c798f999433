"""The e-CNY operator's wire: signed orders and questions over HTTP (docs/wire.md)."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from joserfc.jwk import KeySet

from portal.core.wire import SigningKey, Typ, WireRefused, check_claims, sign, verify
from portal.servicing.rails.protocol import (
    Answer,
    Failure,
    Order,
    OrderDiffers,
    OutcomeUnknown,
    State,
)

ISSUER: Final = "taxbridge"
OPERATOR: Final = "ecny-operator"
ORDER_SECONDS: Final = 120
TIMEOUT_SECONDS: Final = 10.0
ANSWER_LIMIT: Final = 64 * 1024
_CONFLICT: Final = 409


class EcnyRail:
    """A rail over one operator. Its answers count only with its signature, and about our order."""

    def __init__(
        self, base_url: str, *, key: SigningKey, operator: KeySet, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key, self._operator, self._timeout = key, operator, timeout
        # No proxy from the environment and no redirects: this address and no other.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def place(self, order: Order) -> Answer:
        """As the protocol says."""
        token = sign({**self._times(), **_content(order)}, typ=Typ.RAIL_ORDER, key=self._key)
        return _about(order, self._ask("/orders", {"order": token}))

    def look_up(self, order: Order) -> Answer:
        """As the protocol says."""
        claims = {**self._times(), "order": str(order.id)}
        token = sign(claims, typ=Typ.RAIL_QUESTION, key=self._key)
        return _about(order, self._ask("/questions", {"question": token}))

    def read_callback(self, token: str) -> UUID:
        """As the protocol says."""
        return order_called_about(token, operator=self._operator)

    def _times(self) -> dict[str, Any]:
        now = int(time.time())
        times = {"iat": now, "exp": now + ORDER_SECONDS, "jti": str(uuid4())}
        return {"iss": ISSUER, "aud": OPERATOR, **times}

    def _checked(self, token: str) -> Mapping[str, Any]:
        return _signed_claims(token, self._operator)

    def _ask(self, path: str, body: Mapping[str, str]) -> Mapping[str, Any]:
        """The signed answer; OutcomeUnknown for everything else but a clear no to the order."""
        try:
            return self._checked(str(json.loads(self._exchange(path, body))["answer"]))
        except (KeyError, TypeError, ValueError, WireRefused) as error:
            raise OutcomeUnknown(f"no readable answer: {error}") from error

    def _exchange(self, path: str, body: Mapping[str, str]) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (the scheme is the configured address's)
            self._base_url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                found: bytes = response.read(ANSWER_LIMIT)
                return found
        except urllib.error.HTTPError as error:
            with error:
                if error.code == _CONFLICT:
                    raise OrderDiffers(error.read(ANSWER_LIMIT).decode(errors="replace")) from error
                raise OutcomeUnknown(f"HTTP {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknown(str(error)) from error


def order_called_about(token: str, *, operator: KeySet) -> UUID:
    """Which order a call of the operator's is about; WireRefused for a forged one.

    Needs no key of ours: the web process, which hears the calls, has none.
    """
    try:
        return UUID(str(_signed_claims(token, operator)["order"]))
    except (KeyError, ValueError) as error:
        raise WireRefused("The callback names no order.") from error


def _signed_claims(token: str, operator: KeySet) -> Mapping[str, Any]:
    claims = verify(token, typ=Typ.RAIL_ANSWER, keys=operator)
    check_claims(claims, issuer=OPERATOR, audience=ISSUER)
    return claims


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


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
    """The answer as ours; OutcomeUnknown for another order's, or one that contradicts itself."""
    try:
        if claims["order"] != str(order.id):
            raise OutcomeUnknown("an answer about another order")
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
