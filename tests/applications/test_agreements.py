"""Both sides sign one document, account and all; nothing else passes for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Membership
from portal.applications.agreements import agreed as verified
from portal.applications.agreements import disbursement_of
from portal.applications.disbursement import Disbursement, Payee
from portal.applications.models import Acceptance, BankSignature, Offer, PayoutPlace
from portal.applications.settle_agreement import settle_agreement
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.core.actor import Role
from portal.core.errors import InvalidTransition, Refused, RuleBroken
from portal.core.wire import Typ
from portal.signer.accept_offer import accept_offer
from portal.signer.countersign_agreement import countersign_agreement
from tests.applications.cases import SYSTEM, fresh
from tests.applications.offers import (
    accepted,
    account_named,
    agreed,
    bank_signs,
    evidence_for,
    forged,
    forged_by_bank,
    one_offer,
    sign_for,
)
from tests.applications.test_races import at_once
from tests.personas import People, invited

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WALLET = Disbursement("ecny", "0012345678901234", (Payee("Demo Mill", "0099999999999999"),))
FREE = "applications_payout_place"


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def settle(offer: Offer) -> bool:
    return settle_agreement(SYSTEM, application_id=offer.application_id)


def test_the_account_is_part_of_what_both_sign(people: People) -> None:
    offer = account_named(people.bo, one_offer(people), WALLET)
    sign_for(people.sara, offer)
    acceptance = Acceptance.objects.get(offer=offer)
    assert disbursement_of(acceptance) == WALLET
    # Whoever changes the row that the firm filled in before changes nothing any more.
    PayoutPlace.objects.filter(offer=offer).update(place=Disbursement("ecny", "1" * 16).frozen())
    assert disbursement_of(acceptance) == WALLET


def test_an_account_changed_between_page_and_signature_is_not_signed(people: People) -> None:
    offer = one_offer(people)
    seen = evidence_for(offer)
    account_named(people.bo, offer, WALLET)
    late = partial(
        accept_offer, offer.id, person_id=people.sara.person_id, evidence=seen, using="signer"
    )
    assert refused(late) == "offer_altered"
    assert not Acceptance.objects.filter(offer=offer).exists()


def test_without_an_account_nothing_is_signed(people: People) -> None:
    offer = one_offer(people)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DELETE FROM {FREE} WHERE offer_id = %s", [offer.id])
    assert refused(lambda: sign_for(people.sara, offer)) == "account_missing"


def test_no_account_is_named_after_signing(people: People) -> None:
    offer = accepted(people)
    assert refused(lambda: account_named(people.bo, offer, WALLET)) == "offer_accepted"


@pytest.mark.parametrize(
    "claims",
    [
        {"disbursement": WALLET.frozen()},
        {"agreement_sha256": "0" * 64},
        {"disbursement": None},
        {"person": str(uuid4())},
    ],
    ids=["another account", "another agreement", "no account", "another person"],
)
def test_a_forged_acceptance_pays_nobody(people: People, claims: dict[str, Any]) -> None:
    offer = one_offer(people)
    sign_for(people.sara, offer)
    forged(offer, claims)
    acceptance = Acceptance.objects.get(offer=offer)
    assert refused(lambda: disbursement_of(acceptance)) == "acceptance_invalid"


def test_the_bank_signs_once_and_both_statements_stand(people: People) -> None:
    offer = accepted(people)
    assert not settle(offer)
    bank_signs(people.bo, offer)
    assert refused(lambda: bank_signs(people.boss, offer)) == "agreement_signed"
    assert settle(offer)
    assert not settle(offer)
    assert fresh(offer.application).status == Status.AGREEMENT_SIGNED
    found = verified(BankSignature.objects.get(offer=offer))
    assert found.document["offer"] == offer.document
    assert found.countersigned.agreement_sha256 == found.accepted.agreement_sha256 == found.sha256
    assert found.countersigned.person_id == people.bo.person_id


def test_two_officers_at_once_one_signs(people: People) -> None:
    offer = accepted(people)
    calls = [partial(bank_signs, person, offer) for person in (people.bo, people.boss)]
    assert at_once(*calls) == ["InvalidTransition", "done"]


def test_only_who_works_at_this_bank_signs(people: People) -> None:
    offer = accepted(people)
    for stranger in (people.ben, people.sara, people.rita, people.mallory):
        assert refused(partial(bank_signs, stranger, offer)) == "agreement_missing"
    left = invited("otto", offer.bank_id, Role.BANK_OFFICER)
    Membership.objects.filter(user_id=left.person_id).update(ends_at=timezone.now())
    assert refused(lambda: bank_signs(left, offer)) == "agreement_missing"
    assert refused(lambda: bank_signs(people.bo, one_offer(people))) == "agreement_missing"


@pytest.mark.parametrize("person", ["ben", "sara"])
def test_the_database_has_the_last_word(people: People, person: str) -> None:
    offer, theirs = accepted(people), getattr(people, person)
    insert = (
        "INSERT INTO applications_bank_signature (offer_id, bank_id, person_id, method, jws,"
        " signed_at) VALUES (%s, %s, %s, 'x', '', now())"
    )
    row = [offer.id, offer.bank_id, theirs.person_id]
    bens = [offer.id, people.ben.organisation_id, people.ben.person_id]
    for alias, values, words in (
        ("default", row, "permission denied"),
        ("signer", row, "by who works at the bank"),
        ("signer", bens, "by the bank that"),
    ):
        with (
            pytest.raises(DatabaseError, match=words),
            transaction.atomic(using=alias),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(insert, values)


@pytest.mark.parametrize(
    ("false", "typ"),
    [
        ({"offer": str(UUID(int=1))}, Typ.AGREEMENT),
        ({"agreement_sha256": "0" * 64}, Typ.AGREEMENT),
        ({"acceptance_sha256": "0" * 64}, Typ.AGREEMENT),
        ({"bank": str(uuid4())}, Typ.AGREEMENT),
        ({"person": str(uuid4())}, Typ.AGREEMENT),
        ({}, Typ.ACCEPTANCE),
    ],
    ids=["another offer", "other terms", "another yes", "another bank", "another person", "kind"],
)
def test_a_statement_for_something_else_moves_nothing(
    people: People, false: dict[str, str], typ: Typ
) -> None:
    offer = accepted(people)
    bank_signs(people.bo, offer)
    forged_by_bank(offer, false, typ=typ)
    assert refused(lambda: settle(offer)) == "agreement_invalid"
    assert fresh(offer.application).status == Status.ACCEPTED


def test_evidence_for_another_agreement_signs_nothing(people: People) -> None:
    offer, other = accepted(people), accepted(people)
    replayed = partial(
        countersign_agreement,
        offer.id,
        person_id=people.bo.person_id,
        evidence=evidence_for(other),
        using="signer",
    )
    assert refused(replayed) == "agreement_altered"


def test_a_bank_does_not_sign_what_the_firm_did_not(people: People) -> None:
    offer = accepted(people)
    forged(offer, {"disbursement": WALLET.frozen()})
    assert refused(lambda: bank_signs(people.bo, offer)) == "acceptance_invalid"


def test_pages_cover_the_account_but_its_last_four(
    people: People, browser_of: Callable[[str], Client]
) -> None:
    offer = one_offer(people)
    page = reverse("sme:offer_account", args=[offer.id])
    answer = browser_of("sara").post(page, {"rail": "ecny", "account": "12"})
    assert "8 to 32 figures" in answer.content.decode()
    assert browser_of("mallory").get(page).status_code == 404
    sign_for(people.sara, offer)
    with pytest.raises((InvalidTransition, RuleBroken)):
        withdraw_application(people.sara, application_id=offer.application_id)


def test_agreed_is_reached_through_the_job_too(people: People) -> None:
    assert fresh(agreed(people).application).status == Status.AGREEMENT_SIGNED
