"""What goes into a signed document about how the person was checked."""

from __future__ import annotations

import hashlib
from uuid import UUID

from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse

from portal.consents.artefact_parts import Evidence, Proof
from portal.consents.signed_terms import digest_of_terms
from portal.consents.signing import Terms
from portal.signer.agreements import OpenAgreement
from portal.signer.offers import OpenOffer
from portal.signer.proving import Method, Proven


def consent_occasion(terms: Terms) -> str:
    """For what a challenge is drawn on the consent page: this request in these terms alone."""
    return f"consent:{terms.request_id}:{digest_of_terms(terms)[:16]}"


def offer_occasion(offer: OpenOffer) -> str:
    """For what a challenge is drawn on the page of an offer: this one as it was made."""
    return f"offer:{offer.id}:{offer.shown[:16]}"


def agreement_occasion(agreement: OpenAgreement) -> str:
    """For what a challenge is drawn on the page of an agreement: this one, word for word."""
    return f"agreement:{agreement.id}:{agreement.shown[:16]}"


def evidence_of(proof: Proven, *, person_id: UUID, terms: Terms) -> Evidence:
    """What was proved on the consent page, see `evidence_over`."""
    return evidence_over(proof, person_id=person_id, shown=digest_of_terms(terms))


def evidence_over(proof: Proven, *, person_id: UUID, shown: str) -> Evidence:
    """The method, the one-time step, the digest of what was shown, and what a passkey signed.

    A passkey's step is the random part of its challenge, so that outsiders can make the challenge
    again. A code leaves nothing to check: its step names person and terms.
    """
    if proof.method is Method.PASSKEY and proof.assertion is not None:
        return Evidence(proof.method, proof.step_digest, shown, _proof(proof.assertion))
    step = hashlib.sha256(f"totp:{person_id}:{shown}".encode()).hexdigest()
    return Evidence(proof.method, step, shown)


def _proof(assertion: AuthenticationResponse) -> Proof:
    said = assertion.response
    return Proof(
        credential=websafe_encode(assertion.raw_id),
        authenticator_data=websafe_encode(said.authenticator_data),
        client_data=websafe_encode(said.client_data),
        signature=websafe_encode(said.signature),
    )
