"""Offers in every state, reached the way the system reaches them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from portal.applications.acceptances import verified_acceptance
from portal.applications.countersignatures import verified_countersignature
from portal.applications.decide_application import decide_application
from portal.applications.disbursement import Disbursement, agreement_document, needs_account
from portal.applications.models import (
    Acceptance,
    BankSignature,
    LoanApplication,
    Offer,
    PayoutPlace,
)
from portal.applications.name_account import name_account
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.settle_agreement import settle_agreement
from portal.consents.artefact_parts import Evidence
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.wire import Typ, load_public_keys, load_signing_key, sign
from portal.products.reason_codes import Outcome
from portal.products.terms import digest_of
from portal.signer.accept_offer import accept_offer
from portal.signer.countersign_agreement import countersign_agreement
from tests.applications.cases import SYSTEM, new_product, under_review
from tests.personas import People

PLACE = Disbursement("bank_transfer", "6222000011112222")


def offered(officer: Actor, application: LoanApplication) -> Offer:
    """The bank approves what was asked for."""
    made = decide_application(
        officer,
        application_id=application.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
    )
    return account_named(officer, Offer.objects.get(decision_id=made.id))


def account_named(officer: Actor, offer: Offer, place: Disbursement = PLACE) -> Offer:
    """The firm has said where the money is to go."""
    owner = replace(
        officer,
        organisation_id=offer.firm_id,
        organisation_kind=OrganisationKind.FIRM,
        roles=frozenset({Role.FIRM_LEGAL_REPRESENTATIVE}),
    )
    return name_account(owner, offer_id=offer.id, place=place)


def one_offer(people: People) -> Offer:
    """Bank A's, to sara's firm."""
    return offered(people.bo, under_review(people.sara, new_product(people.bo.organisation_id)))


def two_offers(people: People) -> tuple[Offer, Offer]:
    """Bank A's and bank B's, on one request for money."""
    first = under_review(people.sara, new_product(people.bo.organisation_id))
    second = under_review(people.sara, new_product(people.ben.organisation_id))
    LoanApplication.objects.filter(id=second.id).update(funding_id=first.funding_id)
    second.refresh_from_db()
    return offered(people.bo, first), offered(people.ben, second)


def sign_for(person: Actor, offer: Offer) -> None:
    """What the signer does once a code was right."""
    evidence = evidence_for(offer)
    accept_offer(offer.id, person_id=person.person_id, evidence=evidence, using="signer")


def evidence_for(offer: Offer) -> Evidence:
    """A code, for this offer as it was made."""
    return Evidence(method="totp", step_digest="ab" * 32, terms_digest=shown(offer))


def shown(offer: Offer) -> str:
    """The digest of what the signer's pages show: offer and account."""
    place = PayoutPlace.objects.filter(offer=offer).first()
    if place is None or not needs_account(offer.document):
        return offer.sha256
    return digest_of(agreement_document(offer.document, Disbursement.thaw(place.place)))


def bank_signs(person: Actor, offer: Offer) -> None:
    """What the signer does once a code of the bank's person was right."""
    evidence = evidence_for(offer)
    countersign_agreement(offer.id, person_id=person.person_id, evidence=evidence, using="signer")


def agreed(people: People) -> Offer:
    """Signed by both sides, and carried out."""
    offer = accepted(people)
    bank_signs(people.bo, offer)
    settle_agreement(SYSTEM, application_id=offer.application_id)
    return offer


def accepted(people: People) -> Offer:
    """Signed, and carried out."""
    offer = one_offer(people)
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    return offer


def days_go_by(offer: Offer, days: int) -> None:
    """An offer, and what was signed under it, is that much older."""
    for table, columns, key in (
        ("offer", ("made_at", "valid_until"), "id"),
        ("acceptance", ("accepted_at",), "offer_id"),
    ):
        moved = ", ".join(f"{c} = {c} - make_interval(days => {days})" for c in columns)
        tampered(table, f"SET {moved} WHERE {key} = %s", offer.id)


def forged(offer: Offer, claims: dict[str, Any], *, typ: Typ = Typ.ACCEPTANCE) -> None:
    """The acceptance's row says something that was never signed for it, under a true signature."""
    jws = Acceptance.objects.get(offer=offer).jws
    true = verified_acceptance(jws, keys=load_public_keys(settings.SIGNER_PUBLIC_KEYS))
    false = sign(true.claims() | claims, typ=typ, key=load_signing_key(settings.SIGNER_KEY))
    tampered("acceptance", "SET jws = %s WHERE offer_id = %s", false, offer.id)


def forged_by_bank(offer: Offer, claims: dict[str, Any], *, typ: Typ = Typ.AGREEMENT) -> None:
    """The row of the bank's signature says something that was never signed for it."""
    jws = BankSignature.objects.get(offer=offer).jws
    true = verified_countersignature(jws, keys=load_public_keys(settings.SIGNER_PUBLIC_KEYS))
    false = sign(true.claims() | claims, typ=typ, key=load_signing_key(settings.SIGNER_KEY))
    tampered("bank_signature", "SET jws = %s WHERE offer_id = %s", false, offer.id)


def tampered(table: str, change: str, *values: str | UUID) -> None:
    """Rows of offers or acceptances changed by the tables' owner, who can put the guards aside."""
    name = f"applications_{table}"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {name} {change}", values)
        cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
