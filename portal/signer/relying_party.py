"""The signer as WebAuthn's relying party: which passkeys it makes, and what it takes from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from fido2.cose import ES256, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    UserVerificationRequirement,
)

from portal.signer.models import Passkey

# What phones, computers and security keys have; Windows Hello still makes RSA keys.
ALGORITHMS: Final = (EdDSA.ALGORITHM, ES256.ALGORITHM, RS256.ALGORITHM)
VERIFIED: Final = UserVerificationRequirement.REQUIRED


@cache
def relying_party() -> Fido2Server:
    """Checks type, origin, challenge, host, presence, verification and signature.

    The host is the signer's own, to which each passkey is bound for good.
    Attestation is not asked for: it would tell the maker of each person's device, and no maker is
    refused here.
    """
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=urlsplit(settings.SIGNER_URL).hostname, name="TaxBridge"),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == settings.SIGNER_URL,
    )
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=algorithm)
        for algorithm in ALGORITHMS
    ]
    return server


def state_of(challenge: bytes) -> dict[str, Any]:
    """The server's memory of a ceremony: its challenge, and that the person must be verified."""
    return {"challenge": websafe_encode(challenge), "user_verification": VERIFIED}


def parsed(response: str) -> dict[str, Any]:
    """The browser's answer as an object; one of `UNREADABLE` for any other text."""
    return dict(json.loads(response))


def descriptors(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    """How the browser is told which passkeys are meant, and how they may be reached."""
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY,
            id=bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(way) for way in passkey.transports] or None,
        )
        for passkey in passkeys
    ]
