"""The document: one spelling, nothing left out, nothing but what was signed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from ledger.format import canonical
from portal.consents.artefact import Artefact, signed_payload, verified_artefact
from portal.consents.artefact_parts import Bank, Cut, Evidence, Firm, Frequency, Proof
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose
from portal.core.months import Month
from portal.core.wire import SigningKey, Typ, WireRefused, sign

KEY = OKPKey.generate_key("Ed25519", {"kid": "signer"})
SIGNING, PINNED = SigningKey(kid="signer", key=KEY), KeySet([KEY])
START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
EXAMPLE = Artefact(
    id=UUID(int=1),
    supersedes=None,
    firm=Firm(UUID(int=2), "91330100MA27XYZ012", "Demo Firm"),
    bank=Bank(UUID(int=3), "灯笼演示银行", "DEMO-1"),
    provider="tax-authority-sandbox",
    purpose="underwriting",
    purpose_text=PURPOSE_TEXTS[Purpose.UNDERWRITING],
    categories=("vat_invoices",),
    category_texts=(CATEGORY_TEXTS[Category.VAT_INVOICES],),
    first_month=Month(2024, 11),
    last_month=Month(2026, 10),
    not_before=START,
    expires_at=START + timedelta(days=30),
    fetch_type="ONETIME",
    frequency=Frequency("once", 1),
    max_uses=1,
    storage_days=30,
    person=UUID(int=4),
    authority_person="authority-4",
    application=None,
    evidence=Evidence("totp", "ab" * 32, "cd" * 32),
    limits=("underwriting.months.24",),
    cuts=(Cut("underwriting.months.24", 36, 24),),
)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(name=names, application=st.none() | st.uuids(), uses=st.integers(1, 1000))
def test_signed_and_read_back_it_is_the_same(
    name: str, application: UUID | None, uses: int
) -> None:
    bank = replace(EXAMPLE.bank, name=name)
    artefact = replace(EXAMPLE, bank=bank, application=application, max_uses=uses)
    token = sign(artefact.claims(), typ=Typ.CONSENT, key=SIGNING)
    assert signed_payload(token) == artefact.encode()
    assert verified_artefact(token, keys=PINNED) == artefact


def test_a_passkeys_proof_is_kept_as_it_was_given() -> None:
    proof = Proof("Y3JlZA", "YXV0aA", "Y2xpZW50", "c2ln")
    evidence = replace(EXAMPLE.evidence, method="passkey", proof=proof)
    claims = replace(EXAMPLE, evidence=evidence, supersedes=UUID(int=9)).claims()
    read = Artefact.from_claims(claims)
    assert (read.evidence.proof, read.supersedes) == (proof, UUID(int=9))


@pytest.mark.parametrize("field", sorted(EXAMPLE.claims()))
def test_a_document_without_a_field_or_with_one_too_many_is_refused(field: str) -> None:
    claims = EXAMPLE.claims()
    del claims[field]
    for broken in (claims, {**EXAMPLE.claims(), field + "2": 1}):
        with pytest.raises(WireRefused):
            Artefact.from_claims(broken)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 1},
        {"supersedes": "00000000000000000000000000000001"},
        {"category_texts": {}},
        {"category_texts": {**EXAMPLE.claims()["category_texts"], "vat_returns": {}}},
        {"cuts": [{"rule": "underwriting.months.24", "asked": 36}]},
        {"evidence": {**EXAMPLE.claims()["evidence"], "proof": {"credential": "AA"}}},
        {"months": {"first": "2024-13", "last": "2026-10"}},
        {"months": {"first": "2024-11-01", "last": "2026-10"}},
        {"not_before": "2026-11-22T04:00:00.000000Z"},
        {"not_before": "2026-11-22T04:00:00+00:00"},
        {"id": "00000000000000000000000000000001"},
        {"consent_mode": "STREAM"},
        {"evidence": {"method": "totp"}},
        {"categories": "vat_invoices"},
    ],
)
def test_another_spelling_is_another_document(change: dict[str, Any]) -> None:
    with pytest.raises(WireRefused):
        Artefact.from_claims({**EXAMPLE.claims(), **change})


def test_one_changed_byte_breaks_the_signature() -> None:
    head, body, tail = sign(EXAMPLE.claims(), typ=Typ.CONSENT, key=SIGNING).split(".")
    wider = EXAMPLE.encode().replace(b'"max_uses":1', b'"max_uses":9')
    forged = base64.urlsafe_b64encode(wider).decode().rstrip("=")
    assert len(forged) == len(body)
    with pytest.raises(WireRefused) as refused:
        verified_artefact(f"{head}.{forged}.{tail}", keys=PINNED)
    assert refused.value.code == "bad_signature"


def test_a_signed_document_in_another_spelling_is_refused() -> None:
    """The signer itself may not sign two spellings of one meaning."""
    loose = json.dumps(EXAMPLE.claims(), indent=1).encode()
    header = {"alg": "Ed25519", "kid": "signer", "typ": str(Typ.CONSENT)}
    token = jws.serialize_compact(header, loose, KEY, algorithms=["Ed25519"])
    with pytest.raises(WireRefused) as refused:
        verified_artefact(token, keys=PINNED)
    assert refused.value.code == "malformed"


def test_its_bytes_are_the_ledgers_canonical_form() -> None:
    assert canonical.decode(EXAMPLE.encode()) == EXAMPLE.claims()
