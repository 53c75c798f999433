"""What a grant leaves behind: the whole document, and a word to the person, or nothing at all."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError

from portal.accounts.models import User
from portal.consents.purposes import CATEGORY_TEXTS, Category
from portal.consents.queries import receipt_for, request_state
from portal.consents.signing import grant
from portal.consents.transitions import RequestState
from portal.jobs.models import JobRow
from tests.gate.conftest import Open, opened
from tests.gate.parties import EVIDENCE, Connection, Parties, asked, granted, new_parties

__all__ = ["opened"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


@pytest.fixture
def owner(opened: Open) -> Connection:
    return opened("owner")


def test_the_document_says_who_signed_by_whose_record_and_what_was_shown(parties: Parties) -> None:
    consent = granted(parties)
    claims = json.loads(receipt_for(parties.actor, consent).payload)
    assert claims["authority_person"] == f"authority-{parties.person_id}"
    assert claims["provider"] == settings.AUTHORITY_ISSUER
    assert claims["frequency"] == {"unit": "once", "value": 1}
    text = CATEGORY_TEXTS[Category.VAT_INVOICES]
    assert claims["category_texts"] == {"vat_invoices": {"text_en": text.en, "text_zh": text.zh}}
    assert (claims["supersedes"], claims["cuts"]) == (None, [])
    assert claims["evidence"] == EVIDENCE.claims()


def test_the_person_is_told_in_their_language_in_the_same_transaction(
    parties: Parties, owner: Connection
) -> None:
    _account(parties.person_id)
    consent = granted(parties)
    (job,) = _notices(consent)
    assert job.payload["language"] == "zh-hans"
    assert job.payload["values"]["bank"] == "灯笼演示银行"


def test_without_the_notice_there_is_no_consent(parties: Parties, owner: Connection) -> None:
    _account(parties.person_id)
    request, signer = asked(parties), settings.ROLE_PREFIX + "signer"
    owner.execute(f"REVOKE INSERT ON jobs_job FROM {signer}")
    try:
        with pytest.raises(DatabaseError):
            grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")
    finally:
        owner.execute(f"GRANT INSERT ON jobs_job TO {signer}")
    assert request_state(request).state == RequestState.PENDING
    assert _notices(request) == []


def _account(person_id: UUID) -> None:
    User.objects.create(
        id=person_id, email=f"{uuid4().hex}@demo.invalid", real_name="Nia", language="zh-hans"
    )


def _notices(consent: UUID) -> list[JobRow]:
    return list(
        JobRow.objects.filter(
            payload__message="consent_granted", payload__values__consent=str(consent)
        )
    )
