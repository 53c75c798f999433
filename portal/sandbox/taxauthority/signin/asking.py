"""What another party asks for when it sends a person here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from stdnum.cn import uscc as uscc_number

from portal.core.errors import RuleBroken

_OPAQUE = re.compile(r"[A-Za-z0-9._~-]{8,256}")


@dataclass(frozen=True, slots=True)
class Asking:
    """A checked request for an assertion. ``uscc`` is empty when no firm was named."""

    redirect_uri: str
    state: str
    nonce: str
    uscc: str

    def query(self) -> str:
        """The same request as a query string, for forms and links of ours."""
        found = {
            "client_id": settings.CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "nonce": self.nonce,
        }
        return urlencode(found | ({"uscc": self.uscc} if self.uscc else {}))

    def answer(self, **members: str) -> str:
        """Where to send the browser back to, with our answer."""
        return f"{self.redirect_uri}?{urlencode({'state': self.state, **members})}"


def read_asking(query: QueryDict) -> Asking:
    """Check a request. Nothing is ever sent to an address that isn't on our list.

    Refuses (RuleBroken) unknown_client, unknown_redirect, bad_request.
    """
    if query.get("client_id") != settings.CLIENT_ID:
        raise RuleBroken("This service is not registered.", code="unknown_client")
    redirect_uri = query.get("redirect_uri", "")
    if redirect_uri not in settings.REDIRECT_URIS:
        raise RuleBroken("This return address is not registered.", code="unknown_redirect")
    state, nonce = query.get("state", ""), query.get("nonce", "")
    if not _OPAQUE.fullmatch(state) or not _OPAQUE.fullmatch(nonce):
        raise RuleBroken("The request lacks a state or a nonce.", code="bad_request")
    asked = query.get("uscc", "").strip()
    if asked and not uscc_number.is_valid(asked):
        raise RuleBroken("The firm's code has a wrong check digit.", code="bad_request")
    return Asking(redirect_uri, state, nonce, uscc_number.compact(asked) if asked else "")
