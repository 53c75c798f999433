"""Reading a signed request for data: who asks, when, for what, and never twice."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from joserfc.jwk import OKPKey

from portal.core.months import Month
from portal.core.wire import (
    CLOCK_LEEWAY,
    Claims,
    Typ,
    WireRefused,
    check_claims,
    session_key_from,
    verify,
)
from portal.sandbox.taxauthority.keys import client_keys
from portal.sandbox.taxauthority.models import UsedRequest
from portal.sandbox.taxauthority.serving.consent import ServingRefused

LONGEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One category's months under a consent, for the holder of the session key.

    ``fetch`` is the asking side's id of the whole fetch, which may take several requests.
    """

    jti: str
    artefact: str
    confirmation: str
    category: str
    fetch: str
    first_month: Month
    last_month: Month
    session_key: OKPKey = field(repr=False)


def read_request(token: str) -> DataRequest:
    """A request of the registered client, made just now.

    Refuses with the codes of `WireRefused`, and clock_skew when the two clocks differ by more than
    the tolerance, in either direction.
    """
    claims = verify(token, typ=Typ.REQUEST, keys=client_keys())
    check_claims(
        claims, issuer=settings.CLIENT_ID, audience=settings.ISSUER, now=_its_own_time(claims)
    )
    return DataRequest(
        jti=_text(claims, "jti"),
        artefact=_text(claims, "artefact", longest=100_000),
        confirmation=_text(claims, "confirmation", longest=10_000)
        if "confirmation" in claims
        else "",
        category=_text(claims, "category"),
        fetch=_text(claims, "fetch"),
        first_month=_month(claims, "first_month"),
        last_month=_month(claims, "last_month"),
        session_key=session_key_from(claims.get("session_key")),
    )


@transaction.atomic(durable=True)
def use_once(jti: str) -> None:
    """Refuse (replayed) a request that was here before, whatever became of it.

    Its id may be forgotten after a day: by then its times refuse it.
    """
    UsedRequest.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
    _, is_new = UsedRequest.objects.get_or_create(jti=jti)
    if not is_new:
        raise ServingRefused("This request was answered before.", code="replayed")


def _its_own_time(claims: Claims) -> float:
    """The moment to judge the request's times by: now, as far as the tolerance reaches."""
    issued, expires = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(expires) is not int:
        raise WireRefused("The request lacks iat or exp.")
    if not 0 < expires - issued <= LONGEST_SECONDS:
        raise WireRefused("A request is good for five minutes at the most.")
    now = time.time()
    if not issued - CLOCK_LEEWAY <= now < expires + CLOCK_LEEWAY:
        raise ServingRefused(
            f"By our clock it is {int(now)}, the request was made at {issued}.", code="clock_skew"
        )
    return min(max(now, issued), expires - 1)


def _text(claims: Claims, name: str, *, longest: int = 128) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise WireRefused(f"The request lacks {name}.")
    return value


def _month(claims: Claims, name: str) -> Month:
    try:
        return Month.parse(_text(claims, name))
    except ValueError as error:
        raise WireRefused(f"The request's {name} is not a month.") from error
