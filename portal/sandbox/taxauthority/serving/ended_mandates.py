"""The list of mandates that have ended, for the registered client that has to know."""

from __future__ import annotations

import time

from django.conf import settings

from portal.core.wire import Claims, Typ, WireRefused, check_claims, sign, verify
from portal.sandbox.taxauthority.keys import client_keys, own_key
from portal.sandbox.taxauthority.models import EndedMandate

MOST_LINES = 50


def ended_mandates_after(token: str) -> str:
    """A signed part of the list, from the line after the one that the signed request names.

    It names the request, so that an old answer can't pass for a new one, and nobody by name.
    Refuses with the codes of `WireRefused`.
    """
    claims = verify(token, typ=Typ.MANDATES_REQUEST, keys=client_keys())
    check_claims(claims, issuer=settings.CLIENT_ID, audience=settings.ISSUER)
    after = claims.get("after")
    if type(after) is not int or after < 0:
        raise WireRefused("The request lacks after.")
    lines = EndedMandate.objects.filter(serial__gt=after).order_by("serial")[: MOST_LINES + 1]
    found = [_line(line) for line in lines]
    answer = {
        "iss": settings.ISSUER,
        "aud": settings.CLIENT_ID,
        "iat": int(time.time()),
        "request": str(claims["jti"]),
        "after": after,
        "ended": found[:MOST_LINES],
        "more": len(found) > MOST_LINES,
    }
    return sign(answer, typ=Typ.ENDED_MANDATES, key=own_key())


def _line(line: EndedMandate) -> Claims:
    return {
        "serial": line.serial,
        "uscc": line.uscc,
        "person": str(line.person_id),
        "role": line.role,
        "ended_at": line.ended_at.isoformat(),
    }
