"""What a passkey signs when it allows a consent, and how anybody checks it later.

The device signs a challenge, not words: the proof shows that this passkey, with its owner verified,
answered a challenge made over these terms. That the person saw them is the signer's statement.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticatorData, CollectedClientData

from portal.consents.artefact import Artefact
from portal.consents.artefact_parts import Proof
from portal.consents.signed_terms import digest_of_signed
from portal.core.errors import Refused

# How anything but a proper WebAuthn answer shows while it is read.
UNREADABLE: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
_TAG: Final = b"taxbridge-consent-challenge-v1"


class ProofRefused(Refused):
    """Evidence that doesn't hold. Codes: no_proof, malformed, other_terms, other_challenge,
    other_origin, not_verified, bad_signature.
    """

    status = 400
    code = "malformed"


def challenge_over(*, request_id: UUID, terms_digest: str, step_digest: str) -> bytes:
    """The WebAuthn challenge for one request, the terms as shown, and one random step.

    SHA-256 over a tag, the request's 16 bytes and both 32-byte digests: each part has a fixed
    length, so no two sets of parts give the same bytes.
    """
    digests = bytes.fromhex(terms_digest), bytes.fromhex(step_digest)
    if any(len(part) != 32 for part in digests):
        raise ValueError("Digests are 32 bytes long, in hex.")
    return hashlib.sha256(b"".join((_TAG, request_id.bytes, *digests))).digest()


def check_proof(artefact: Artefact, *, public_key: bytes, origin: str, host: str) -> None:
    """Refuse (ProofRefused) an artefact that the passkey with this key (COSE) did not sign.

    Says nothing about whose passkey it is, or the artefact's own signature: see
    `portal.consents.artefact.verified_artefact`. Needs no database.
    """
    evidence = artefact.evidence
    if evidence.method != "passkey" or evidence.proof is None:
        raise ProofRefused("The consent was not signed by passkey.", code="no_proof")
    if not hmac.compare_digest(evidence.terms_digest, digest_of_signed(artefact)):
        raise ProofRefused("The evidence is about other terms.", code="other_terms")
    try:
        challenge = challenge_over(
            request_id=artefact.id,
            terms_digest=evidence.terms_digest,
            step_digest=evidence.step_digest,
        )
        _check_ceremony(evidence.proof, challenge=challenge, origin=origin, host=host)
        _check_signature(evidence.proof, public_key)
    except UNREADABLE as error:
        raise ProofRefused("The evidence can't be read.") from error


def _check_ceremony(proof: Proof, *, challenge: bytes, origin: str, host: str) -> None:
    said = CollectedClientData(websafe_decode(proof.client_data))
    data = AuthenticatorData(websafe_decode(proof.authenticator_data))
    if said.type != CollectedClientData.TYPE.GET or said.challenge != challenge:
        raise ProofRefused("Something else was signed.", code="other_challenge")
    is_here = data.rp_id_hash == hashlib.sha256(host.encode()).digest()
    if said.origin != origin or said.cross_origin or not is_here:
        raise ProofRefused("It was signed at another origin.", code="other_origin")
    if not (data.is_user_present() and data.is_user_verified()):
        raise ProofRefused("The device did not verify the person.", code="not_verified")


def _check_signature(proof: Proof, public_key: bytes) -> None:
    key = CoseKey.parse(cbor.decode(public_key))  # type: ignore[arg-type]
    client_data = websafe_decode(proof.client_data)
    signed = websafe_decode(proof.authenticator_data) + hashlib.sha256(client_data).digest()
    try:
        key.verify(signed, websafe_decode(proof.signature))
    except InvalidSignature as error:
        raise ProofRefused("The signature is not this passkey's.", code="bad_signature") from error
