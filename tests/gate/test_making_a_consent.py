"""Only the signer makes a consent, and only the one that was asked for."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from joserfc.jwk import OKPKey

from ledger.format import canonical
from portal.consents.artefact import signed_payload
from portal.consents.door import ConsentRefused, reading
from portal.consents.signing import grant
from portal.core.errors import InvalidTransition, NotFound
from portal.core.wire import SigningKey, Typ, load_signing_key, sign
from tests.gate.conftest import Open
from tests.gate.parties import (
    EVIDENCE,
    LAST,
    Connection,
    Parties,
    asked,
    granted,
    login,
    new_parties,
    refusal,
    sealed,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
GRANT = "SELECT gate.grant_consent(%s, %s)"
FORBIDDEN_TO_WEB = (
    "INSERT INTO gate.consent (id) VALUES (gen_random_uuid())",
    "UPDATE gate.consent SET max_uses = 1000",
    "DELETE FROM gate.event",
    "TRUNCATE gate.event",
    "INSERT INTO gate.event (consent, kind, actor) VALUES (gen_random_uuid(), 'resume', 'x:y')",
    "UPDATE gate.event SET keeps = true",
    "INSERT INTO gate.key_revocation VALUES ('k', 'r')",
    "SELECT gate.grant_consent('{}', 'a.b.c')",
    "SELECT gate.resume('{}', 'a.b.c', 'x:y')",
    "SELECT gate.take(gen_random_uuid(), gen_random_uuid(), 'underwriting', gen_random_uuid())",
    "SELECT gate.enter(gen_random_uuid())",
    'SELECT * FROM gate."window"()',
    "SELECT gate.publish_check(gen_random_uuid())",
    "SELECT gate.emit('consent.granted', 'x:y', gen_random_uuid(), '{}')",
    "SELECT ledger.emit('consent.granted', 'x:y', 'consent:x', '{}')",
    "INSERT INTO sign.mandate (person, role) VALUES (gen_random_uuid(), 'clerk')",
    "SELECT sign.record_mandate(gen_random_uuid(), 'x', 'x', 'x', 'x', 'clerk', 1)",
    "UPDATE sign.mandate SET ends_at = 'infinity'",
    "INSERT INTO sign.identity (person, authority_person) VALUES (gen_random_uuid(), 'x')",
    "INSERT INTO sign.bank (id, name, name_zh, licence) VALUES (gen_random_uuid(), 'x', 'x', 'x')",
    "UPDATE sign.bank SET name = 'Another Bank'",
    "UPDATE sign.request SET last_month = '2030-01-01'",
    "INSERT INTO sign.answer (request, outcome) SELECT id, 'granted' FROM sign.request",
    "INSERT INTO sign.used (jti) VALUES ('x')",
    "SELECT * FROM otp_totp_totpdevice",
    "SELECT count(*) FROM vault.chunk",
    "SELECT count(*) FROM vault.import",
    "EXPLAIN SELECT * FROM vault.firm_key",
    "SELECT vault.erase(gen_random_uuid())",
)


@pytest.mark.parametrize("query", FORBIDDEN_TO_WEB)
def test_web_with_any_sql_makes_widens_and_reads_nothing(
    web: Connection, keys: None, query: str
) -> None:
    assert "permission denied" in refusal(web, query)


@pytest.mark.parametrize("role", ["vault", "signer", "owner", "gate_owner", "vault_owner"])
def test_web_becomes_nobody_else(web: Connection, role: str) -> None:
    name = settings.ROLE_PREFIX + role
    assert "permission denied" in refusal(web, f'SET ROLE "{name}"')
    assert "permission denied" in refusal(web, f'SET SESSION AUTHORIZATION "{name}"')


def test_the_signer_grants_what_was_asked(
    vault: Connection, web: Connection, parties: Parties
) -> None:
    """The control of every refusal below."""
    consent = granted(parties)
    found = web.execute(
        "SELECT state, firm, bank, max_uses FROM gate.consent_status WHERE id = %s", [consent]
    ).fetchone()
    assert found == ("active", parties.firm_id, parties.bank_id, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"months": {"first": "2015-01", "last": "2035-12"}}, "not_as_requested"),
        ({"max_uses": 1000}, "not_as_requested"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "not_as_requested"),
        ({"categories": ["vat_invoices", "vat_returns"]}, "not_as_requested"),
        ({"purpose": {"code": "monitoring", "text_en": "x", "text_zh": "x"}}, "not_as_requested"),
        ({"id": "11111111-1111-4111-8111-111111111111"}, "request_not_pending"),
        ({"person": "11111111-1111-4111-8111-111111111111"}, "no_mandate"),
        ({"supersedes": "11111111-1111-4111-8111-111111111111"}, "not_as_requested"),
        ({"cuts": [{"rule": "r", "asked": 36, "granted": 24}]}, "not_as_requested"),
        ({"authority_person": "somebody else"}, "another_person"),
        ({"typ": "something-else"}, "wrong_type"),
        ({"v": 1}, "wrong_type"),
    ],
)
def test_a_widened_document_is_refused_even_with_the_signers_key(
    opened: Open, parties: Parties, change: dict[str, Any], code: str
) -> None:
    claims = {**_claims_for(parties, asked(parties)), **change}
    token = sign(claims, typ=Typ.CONSENT, key=load_signing_key(settings.SIGNER_KEY))
    payload = canonical.encode(claims).decode()
    assert f"gate: {code}" in refusal(opened("signer"), GRANT, [payload, token])


def test_another_firm_or_bank_in_the_document_is_refused(opened: Open, parties: Parties) -> None:
    other = new_parties()
    honest = _claims_for(parties, asked(parties))
    for part, stranger in (("firm", other.firm_id), ("bank", other.bank_id)):
        claims = {**honest, part: {**honest[part], "id": str(stranger)}}
        token = sign(claims, typ=Typ.CONSENT, key=load_signing_key(settings.SIGNER_KEY))
        payload = canonical.encode(claims).decode()
        assert "not_as_requested" in refusal(opened("signer"), GRANT, [payload, token])


def test_a_signature_of_another_document_is_refused(opened: Open, parties: Parties) -> None:
    claims = _claims_for(parties, asked(parties))
    other = {**claims, "max_uses": 5}
    token = sign(claims, typ=Typ.CONSENT, key=load_signing_key(settings.SIGNER_KEY))
    payload = canonical.encode(other).decode()
    assert "not_the_signed_document" in refusal(opened("signer"), GRANT, [payload, token])


def test_a_message_of_another_kind_is_no_consent(opened: Open, parties: Parties) -> None:
    claims = _claims_for(parties, asked(parties))
    token = sign(claims, typ=Typ.SECOND_FACTOR, key=load_signing_key(settings.SIGNER_KEY))
    payload = canonical.encode(claims).decode()
    assert "wrong_type" in refusal(opened("signer"), GRANT, [payload, token])


def test_a_granted_document_counts_once(opened: Open, web: Connection, parties: Parties) -> None:
    consent = granted(parties)
    row = web.execute(
        "SELECT payload, jws FROM gate.consent_status WHERE id = %s", [consent]
    ).fetchone()
    assert row is not None
    assert signed_payload(row[1]) == row[0].encode()
    assert "request_not_pending" in refusal(opened("signer"), GRANT, row)
    with pytest.raises(InvalidTransition):
        grant(consent, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def test_without_mandate_nobody_signs(parties: Parties) -> None:
    request = asked(parties)
    with pytest.raises(NotFound):
        grant(request, person_id=uuid4(), evidence=EVIDENCE, using="signer")


def test_a_clerk_does_not_sign(keys: None) -> None:
    clerk = new_parties(role="clerk")
    request = asked(clerk)
    with pytest.raises(NotFound):
        grant(request, person_id=clerk.person_id, evidence=EVIDENCE, using="signer")


def test_a_stolen_signer_login_without_the_key_does_not_get_past_the_door(
    opened: Open, parties: Parties
) -> None:
    """The database can't tell; the vault worker's own pinned keys can."""
    sealed(parties, granted(parties))
    forged = _handed_in(opened("signer"), parties, _another_key())
    with pytest.raises(ConsentRefused) as refused:
        _read(parties, forged)
    assert refused.value.code == "bad_signature"


def test_control_the_same_document_with_the_key_is_read(opened: Open, parties: Parties) -> None:
    sealed(parties, granted(parties))
    consent = _handed_in(opened("signer"), parties, load_signing_key(settings.SIGNER_KEY))
    assert _read(parties, consent) == 12


def test_a_document_with_one_changed_byte_does_not_get_past_the_door(
    admin: Connection, parties: Parties
) -> None:
    """An administrator changes the stored token and the typed columns alike."""
    consent = granted(parties)
    sealed(parties, consent)
    jws = value(admin, "SELECT jws FROM gate.consent_status WHERE id = %s", [consent])
    head, middle, tail = jws.split(".")
    changed = ".".join(
        [head, middle[:40] + ("A" if middle[40] != "A" else "B") + middle[41:], tail]
    )
    admin.execute("ALTER TABLE gate.consent DISABLE TRIGGER no_change")
    try:
        admin.execute("UPDATE gate.consent SET jws = %s WHERE id = %s", [changed, consent])
    finally:
        admin.execute("ALTER TABLE gate.consent ENABLE ALWAYS TRIGGER no_change")
    with pytest.raises(ConsentRefused) as refused:
        _read(parties, consent)
    assert refused.value.code == "bad_signature"


def test_a_widened_row_reads_no_more_than_the_document_says(
    admin: Connection, parties: Parties
) -> None:
    sealed(parties, granted(parties))
    narrow = granted(parties, first_month=LAST)
    admin.execute("ALTER TABLE gate.consent DISABLE TRIGGER no_change")
    try:
        admin.execute(
            "UPDATE gate.consent SET first_month = first_month - interval '6 months' WHERE id = %s",
            [narrow],
        )
    finally:
        admin.execute("ALTER TABLE gate.consent ENABLE ALWAYS TRIGGER no_change")
    with pytest.raises(ConsentRefused) as refused:
        _read(parties, narrow)
    assert refused.value.code == "beyond_document"


def _handed_in(signer: Connection, parties: Parties, key: SigningKey) -> UUID:
    """A document for a fresh request, signed by any key and put straight into the gate."""
    claims = _claims_for(parties, asked(parties))
    token = sign(claims, typ=Typ.CONSENT, key=key)
    return UUID(str(value(signer, GRANT, [canonical.encode(claims).decode(), token])))


def _read(parties: Parties, consent: UUID) -> int:
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        return len(list(window.chunks()))


def _claims_for(parties: Parties, request: UUID) -> dict[str, Any]:
    """What the signer would sign for a request, taken from a consent it did sign."""
    with login("signer") as signer:
        text = value(
            signer, "SELECT payload FROM gate.consent_status WHERE id = %s", [granted(parties)]
        )
    return {**json.loads(text), "id": str(request)}


def _another_key() -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    return SigningKey(kid=key.thumbprint(), key=key)
