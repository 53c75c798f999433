"""Signed orders and questions over HTTP, and signed answers: what all our rails share."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from joserfc.jwk import KeySet

from portal.core.wire import SigningKey, Typ, WireRefused, check_claims, sign, verify
from portal.servicing.rails.protocol import Order, OrderDiffers, OutcomeUnknown

ISSUER: Final = "taxbridge"
ORDER_SECONDS: Final = 120
TIMEOUT_SECONDS: Final = 10.0
ANSWER_LIMIT: Final = 64 * 1024
_CONFLICT: Final = 409


class SignedHttp:
    """One mover of money. Its answers count only with its signature, and addressed to us."""

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        key: SigningKey,
        operator: KeySet,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._base_url, self._name = base_url.rstrip("/"), name
        self._key, self._operator, self._timeout = key, operator, timeout
        # No proxy from the environment and no redirects: this address and no other.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def place(self, order: Order, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of the answer to an order; OrderDiffers for a clear no to its id.

        OutcomeUnknown for everything else, an answer about another order too.
        """
        return self._ask(order, "/orders", "order", Typ.RAIL_ORDER, content)

    def look_up(self, order: Order) -> Mapping[str, Any]:
        """The claims of the answer to a question; raises as ``place``."""
        content = {"order": str(order.id)}
        return self._ask(order, "/questions", "question", Typ.RAIL_QUESTION, content)

    def _ask(
        self, order: Order, path: str, member: str, typ: Typ, content: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        now = int(time.time())
        times = {"iat": now, "exp": now + ORDER_SECONDS, "jti": str(uuid4())}
        claims = {"iss": ISSUER, "aud": self._name, **times, **content}
        body = {member: sign(claims, typ=typ, key=self._key)}
        try:
            token = str(json.loads(self._exchange(path, body))["answer"])
            answer = signed_claims(token, operator=self._operator, name=self._name)
        except (KeyError, TypeError, ValueError, WireRefused) as error:
            raise OutcomeUnknown(f"no readable answer: {error}") from error
        if answer.get("order") != str(order.id):
            raise OutcomeUnknown("an answer about another order")
        return answer

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


def order_called_about(token: str, *, operator: KeySet, name: str) -> UUID:
    """Which order a call is about; WireRefused for a forged one.

    Needs no key of ours: the web process, which hears the calls, has none.
    """
    try:
        return UUID(str(signed_claims(token, operator=operator, name=name)["order"]))
    except (KeyError, ValueError) as error:
        raise WireRefused("The callback names no order.") from error


def signed_claims(token: str, *, operator: KeySet, name: str) -> Mapping[str, Any]:
    """What the mover of money of this name says to us; WireRefused for anything else."""
    claims = verify(token, typ=Typ.RAIL_ANSWER, keys=operator)
    check_claims(claims, issuer=name, audience=ISSUER)
    return claims


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None
