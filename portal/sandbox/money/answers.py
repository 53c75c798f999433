"""Signed orders in, signed answers out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import KeySet

from portal.core.wire import SigningKey, Typ, check_claims, sign, verify

ORDERER = "taxbridge"
ANSWER_SECONDS = 300


def read_signed(
    token: str, *, typ: Typ, keys: KeySet, audience: str, now: float
) -> Mapping[str, Any]:
    """The claims of an order or a question; WireRefused for anything not meant for us, now."""
    claims = verify(token, typ=typ, keys=keys)
    check_claims(claims, issuer=ORDERER, audience=audience, now=now)
    return claims


def signed_answer(answer: Mapping[str, Any], *, issuer: str, key: SigningKey) -> str:
    """What became of an order, as anybody with the mover's key can check it."""
    now = int(time.time())
    times = {"iat": now, "exp": now + ANSWER_SECONDS, "jti": str(uuid.uuid4())}
    claims = {"iss": issuer, "aud": ORDERER, **times, **answer}
    return sign(claims, typ=Typ.RAIL_ANSWER, key=key)
