"""Consent receipts: signed by the portal, proven by the ledger, checked on anybody's page."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client

from ledger.format.note_keys import Signer
from ledger.format.receipt import Receipt
from ledger.keys import verifiers
from ledger.kinds import EventKind
from portal.consents.consent_receipt import Addresses
from portal.consents.pause_consent import pause_consent
from portal.consents.signed_receipts import receipts_of, signed_receipt
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.errors import NotFound
from portal.core.wire import Typ, load_public_keys, load_signing_key, sign, verify
from portal.taxdata.erasing import erase_tax_data
from tests.consents.test_receipts import ledger_key, parties, sequenced
from tests.gate.parties import Parties, granted, new_parties, sealed
from tests.personas import keys

__all__ = ["keys", "ledger_key", "parties"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ADDRESSES = Addresses("https://p.example", "https://p.example/stop", "https://p.example/check", "")
LIFE = ["consent.granted", "consent.paused", "consent.withdrawn"]
Claims = dict[str, Any]


def bank_of(parties: Parties) -> Actor:
    return replace(
        parties.actor,
        organisation_id=parties.bank_id,
        organisation_kind=OrganisationKind.BANK,
        roles=frozenset({Role.BANK_OFFICER}),
    )


@pytest.fixture
def consent(parties: Parties, ledger_key: Signer) -> UUID:
    """Granted, paused, withdrawn, and all of it in a signed state of the ledger."""
    consent = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    stop_consent(parties.actor, consent_id=consent)
    sequenced(ledger_key)
    return consent


def receipt(actor: Actor, consent: UUID, number: int = -1) -> str:
    event_id = receipts_of(actor, consent)[number].entry.event_id
    assert event_id is not None
    return signed_receipt(actor, consent, event_id=event_id, addresses=ADDRESSES).text


def claims_of(token: str) -> Claims:
    keys = load_public_keys(settings.RECEIPTS_PUBLIC_KEYS)
    return verify(token, typ=Typ.RECEIPT, keys=keys)


def checked(text: str) -> str:
    return Client().post("/check/", {"text": text}).content.decode()


def test_a_receipt_tells_what_happened_until_then_and_proves_each_of_it(
    parties: Parties, consent: UUID
) -> None:
    claims = claims_of(receipt(parties.actor, consent))
    assert [event["event_type"] for event in claims["events"]] == LIFE
    proven = [Receipt.parse(text).check(*verifiers()) for text in claims["proofs"]]
    assert [event.kind for event in proven] == LIFE
    assert proven[0].payload["artefact_sha256"] == claims["artefact_sha256"]
    paused = claims_of(receipt(bank_of(parties), consent, 1))
    assert [event["event_type"] for event in paused["events"]] == LIFE[:2]
    assert paused["pii_principal"]["uscc"].startswith("*" * 12)


def test_a_receipt_is_there_once_the_ledger_is_signed_and_for_its_parties_alone(
    parties: Parties, ledger_key: Signer
) -> None:
    consent = granted(parties)
    assert not any(one.is_signed for one in receipts_of(parties.actor, consent))
    sequenced(ledger_key)
    receipt(parties.actor, consent)
    (known,) = [one.entry.event_id for one in receipts_of(parties.actor, consent)]
    assert known is not None
    newcomer = replace(parties.actor, roles=frozenset())
    stranger = bank_of(new_parties())
    for actor, event_id in ((newcomer, known), (stranger, known), (parties.actor, uuid4())):
        with pytest.raises(NotFound):
            signed_receipt(actor, consent, event_id=event_id, addresses=ADDRESSES)


def test_of_erasing_the_firm_alone_is_told(parties: Parties, ledger_key: Signer) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    stop_consent(parties.actor, consent_id=consent)
    erase_tax_data(consent, using="intake")
    sequenced(ledger_key)
    firms = [one.entry.kind for one in receipts_of(parties.actor, consent)]
    banks = [one.entry.kind for one in receipts_of(bank_of(parties), consent)]
    assert EventKind.DATA_ERASED in firms
    assert banks == [LIFE[0], LIFE[2]]
    assert claims_of(receipt(parties.actor, consent))["events"][-1]["event_type"] == "data.erased"


def test_the_public_page_tells_what_it_proves(parties: Parties, consent: UUID) -> None:
    page = checked(receipt(parties.actor, consent) + "\n")
    assert "The portal’s signature holds, and the ledger has the same terms and events." in page
    assert "Deciding on one loan application of this firm." in page
    assert "proves nothing" not in page


def other_sign(token: str, part: int, place: int) -> str:
    """One sign of one part in another spelling; the last of a signature holds unused bits."""
    parts = token.split(".")
    letters = list(parts[part])
    letters[place] = chr(ord(letters[place]) + 1) if letters[place] not in "Zz9-_" else "B"
    return ".".join([*parts[:part], "".join(letters), *parts[part + 1 :]])


def test_one_changed_byte_anywhere_breaks_the_signature(parties: Parties, consent: UUID) -> None:
    token = receipt(parties.actor, consent)
    for part, place in ((0, 5), (1, 40), (1, -40), (2, 3), (2, -1)):
        page = checked(other_sign(token, part, place))
        assert "signature does not hold" in page, (part, place)
        assert "the ledger has the same terms" not in page


def resigned(token: str, change: Callable[[Claims], object]) -> str:
    """What whoever has the web's key could sign: a receipt with other words in it."""
    claims = claims_of(token)
    change(claims)
    return sign(claims, typ=Typ.RECEIPT, key=load_signing_key(settings.RECEIPTS_KEY))


LIES: dict[str, tuple[Callable[[Claims], object], str]] = {
    "version": (lambda it: it.update(schema_version="v2"), "it is no consent receipt"),
    "consent": (lambda it: it.update(record_id=it["receipt_id"]), "is about something else"),
    "event": (lambda it: it["events"][-1].update(event_type="consent.paused"), "What it says"),
    "order": (lambda it: it["events"].reverse(), "What it says"),
    "no proof": (lambda it: it.update(proofs=[]), "What it says"),
    "uses": (lambda it: it["pii_processing"].update(max_uses=99), "The terms that it states"),
    "document": (lambda it: it.update(artefact_sha256="0" * 64), "The terms that it states"),
    "proof": (
        lambda it: it["proofs"].append(it["proofs"][0].replace("index ", "index 9")),
        "does not lead to the signed root",
    ),
}


def test_the_webs_key_alone_makes_no_other_consent_true(parties: Parties, consent: UUID) -> None:
    token = receipt(parties.actor, consent)
    for name, (change, words) in LIES.items():
        page = checked(resigned(token, change))
        assert "This does not hold: it proves nothing." in page, name
        assert words in page, name


def test_a_signed_text_made_to_break_the_page_is_refused_in_words(keys: None) -> None:
    half = base64.urlsafe_b64encode(json.dumps({"proofs": ["\ud800"]}).encode()).decode()
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    for payload in ("e30", "bnVsbA", "A", half.rstrip("="), deep.rstrip("=")):
        assert "signature does not hold" in checked(f"e30.{payload}.e30")
