"""A passkey's proof in an artefact, as an auditor checks it: no database, no signer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from portal.consents.artefact import Artefact
from portal.consents.artefact_parts import Cut, Evidence, Firm, Proof
from portal.consents.passkey_proof import ProofRefused, challenge_over, check_proof
from portal.consents.signed_terms import digest_of_signed
from tests.consents.test_artefact import EXAMPLE
from tests.signer.authenticator import (
    HONEST,
    PRESENT,
    VERIFIED,
    Authenticator,
    Credential,
    Lies,
    cbor,
    to_text,
)

ORIGIN, HOST = "https://sign.example", "sign.example"
PASSKEY = Credential(owner=b"p" * 16)
STEP = "5e" * 32


def proof_over(challenge: bytes, lies: Lies = HONEST) -> Proof:
    answer = json.loads(
        Authenticator(ORIGIN, HOST).sign(
            {"publicKey": {"challenge": to_text(challenge)}}, lies, by=PASSKEY
        )
    )
    said = answer["response"]
    return Proof(
        answer["rawId"], said["authenticatorData"], said["clientDataJSON"], said["signature"]
    )


def allowed(lies: Lies = HONEST, terms: Artefact = EXAMPLE) -> Artefact:
    """The example, allowed by a passkey that may lie."""
    digest = digest_of_signed(terms)
    challenge = challenge_over(request_id=terms.id, terms_digest=digest, step_digest=STEP)
    evidence = Evidence("passkey", STEP, digest, proof_over(challenge, lies))
    return replace(terms, evidence=evidence)


def check(artefact: Artefact, key: Credential = PASSKEY) -> None:
    check_proof(artefact, public_key=cbor(key.public()), origin=ORIGIN, host=HOST)


def refusal(artefact: Artefact, key: Credential = PASSKEY) -> str:
    with pytest.raises(ProofRefused) as refused:
        check(artefact, key)
    return refused.value.code


def test_an_honest_proof_holds_and_stays_with_the_document() -> None:
    artefact = allowed()
    check(artefact)
    check(Artefact.from_claims(artefact.claims()))


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        (Lies(origin="https://portal.example"), "other_origin"),
        (Lies(host="portal.example"), "other_origin"),
        (Lies(is_framed=True), "other_origin"),
        (Lies(challenge=b"c" * 32), "other_challenge"),
        (Lies(ceremony="webauthn.create"), "other_challenge"),
        (Lies(flags=PRESENT), "not_verified"),
        (Lies(flags=VERIFIED), "not_verified"),
        (Lies(is_altered=True), "bad_signature"),
    ],
)
def test_a_lie_is_found(lies: Lies, code: str) -> None:
    assert refusal(allowed(lies)) == code


@pytest.mark.parametrize(
    "change",
    [
        {"max_uses": 2},
        {"storage_days": 31},
        {"expires_at": EXAMPLE.expires_at + timedelta(days=1)},
        {"last_month": EXAMPLE.last_month + 1},
        {"firm": Firm(UUID(int=2), "91330100MA27XYZ012", "Another Firm")},
        {"purpose": "monitoring"},
        {"application": UUID(int=8)},
        {"supersedes": UUID(int=8)},
        {"cuts": (Cut("underwriting.months.24", 30, 24),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_it_is_about_these_terms_and_no_other(change: dict[str, object]) -> None:
    """A dishonest signer moves the proof of one consent into another, by its own rules or not."""
    honest = allowed()
    moved = replace(honest, **change)  # type: ignore[arg-type]
    assert refusal(moved) == "other_terms"
    claimed = replace(honest.evidence, terms_digest=digest_of_signed(moved))
    assert refusal(replace(moved, evidence=claimed)) == "other_challenge"


def test_it_answers_one_request_once() -> None:
    honest = allowed()
    other_step = replace(honest.evidence, step_digest="6f" * 32)
    assert refusal(replace(honest, evidence=other_step)) == "other_challenge"
    other_request = replace(honest, id=UUID(int=7))
    claimed = replace(honest.evidence, terms_digest=digest_of_signed(other_request))
    assert refusal(replace(other_request, evidence=claimed)) == "other_challenge"


def test_another_passkeys_key_does_not_fit() -> None:
    assert refusal(allowed(), Credential(owner=b"p" * 16)) == "bad_signature"


def test_a_code_leaves_no_proof_and_garbage_is_refused() -> None:
    assert refusal(EXAMPLE) == "no_proof"
    honest = allowed()
    assert honest.evidence.proof
    for part in ("client_data", "authenticator_data", "signature"):
        broken = replace(honest.evidence.proof, **{part: "!"})
        evidence = replace(honest.evidence, proof=broken)
        assert refusal(replace(honest, evidence=evidence)) in {"malformed", "bad_signature"}
    for digest in ("", "zz" * 32, "ab" * 31):
        evidence = replace(honest.evidence, step_digest=digest)
        assert refusal(replace(honest, evidence=evidence)) == "malformed"
    with pytest.raises(ProofRefused):
        check_proof(honest, public_key=b"", origin=ORIGIN, host=HOST)
