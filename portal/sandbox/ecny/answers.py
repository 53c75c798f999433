"""Signed orders in, signed answers out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import KeySet

from portal.core.wire import SigningKey, Typ, check_claims, sign, verify
from portal.sandbox.ecny.settings import NAME, ORDERER

ANSWER_SECONDS = 300


def read_signed(token: str, *, typ: Typ, keys: KeySet, now: float) -> Mapping[str, Any]:
    """The claims of an order or a question; WireRefused for anything not meant for us, now."""
    claims = verify(token, typ=typ, keys=keys)
    check_claims(claims, issuer=ORDERER, audience=NAME, now=now)
    return claims


def signed_answer(answer: Mapping[str, Any], *, key: SigningKey) -> str:
    """What became of an order, as anybody with the operator's key can check it."""
    now = int(time.time())
    times = {"iat": now, "exp": now + ANSWER_SECONDS, "jti": str(uuid.uuid4())}
    claims = {"iss": NAME, "aud": ORDERER, **times, **answer}
    return sign(claims, typ=Typ.RAIL_ANSWER, key=key)
