"""What portal and signer have agreed for sending a person over and back again."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SIGNER_ISSUER: Final = "taxbridge-signer"
PORTAL_AUDIENCE: Final = "taxbridge-portal"
STEP_LIFETIME: Final = timedelta(minutes=10)
ASSERTION_LIFETIME: Final = timedelta(seconds=120)

_IN_SESSION: Final = "handover"

# The signer doesn't know the portal's URLconf; a test holds these equal to it.
SECOND_FACTOR_RETURN: Final = "/account/second-factor/return/"
STEP_UP: Final = "/account/second-factor/consent/"
FIRM_CONNECTED: Final = "/firm/connected/"
CONSENT_RETURN: Final = "/firm/consents/return/"
CONSENTS: Final = "/firm/consents/"
OFFER_RETURN: Final = "/firm/offers/return/"
AGREEMENT_RETURN: Final = "/bank/agreements/return/"


class Purpose(StrEnum):
    """Why a person is sent to the signer."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"
    CONSENT = "consent"
    RESUME = "resume"
    OFFER = "offer"
    AGREEMENT = "agreement"
    SECURITY = "security"


def new_session_secret() -> str:
    """A random value that stays in the portal session; only its digest travels."""
    return secrets.token_urlsafe(32)


def session_secret(session: SessionBase) -> str:
    """The secret of this portal session, made on first use."""
    if _IN_SESSION not in session:
        session[_IN_SESSION] = new_session_secret()
    return str(session[_IN_SESSION])


def digest_of(secret: str) -> str:
    """SHA-256 in hex: how the signer's assertion names the portal session it is meant for."""
    return hashlib.sha256(secret.encode()).hexdigest()


def step_url(step_id: UUID, *, language: str) -> str:
    """Where the person goes for this step; the signer shows it in the same language."""
    query = urlencode({"language": language})
    return f"{settings.SIGNER_URL}/steps/{step_id}/?{query}"


def portal_url(path: str, **query: object) -> str:
    """An address of the portal, for the way back."""
    address = f"{settings.PORTAL_URL}{path}"
    return f"{address}?{urlencode(query)}" if query else address
