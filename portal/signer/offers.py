"""An offer as its bank made it, for the person who may accept it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from ledger.format import canonical
from portal.applications.disbursement import (
    Disbursement,
    agreement_document,
    check_disbursement,
    needs_account,
)
from portal.consents.purposes import Wording
from portal.consents.terms import may_answer
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.products.terms import digest_of

_OFFER = """
    SELECT o.document::text, o.sha256, o.application_id, o.funding_id, o.firm_id, o.bank_id,
        f.name, f.name_zh, b.name, b.name_zh, a.status, clock_timestamp() >= o.valid_until,
        (SELECT t.offer_id FROM applications_acceptance t WHERE t.funding_id = o.funding_id),
        (SELECT p.place::text FROM applications_payout_place p WHERE p.offer_id = o.id)
    FROM applications_offer o
        JOIN applications_application a ON a.id = o.application_id
        JOIN sign.firm f ON f.id = o.firm_id
        JOIN sign.bank b ON b.id = o.bank_id
    WHERE o.id = %s
"""
_STATE_REFUSALS = {
    "accepted": "offer_accepted",
    "agreement_signed": "offer_accepted",
    "expired": "offer_expired",
}


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that waits for its answer; ``document`` is all of it, held to its digest.

    ``place`` is where the firm wants the money, and ``shown`` the digest of what it signs: offer
    and account, or the offer alone where its format knows no account.
    """

    id: UUID
    application_id: UUID
    funding_id: UUID
    firm_id: UUID
    firm: Wording
    bank: Wording
    document: Mapping[str, Any]
    sha256: str
    place: Disbursement | None
    shown: str


def open_offer(offer_id: UUID, *, person_id: UUID, using: str = "default") -> OpenOffer:
    """An offer that this person may accept now.

    Refuses (NotFound, offer_missing) one to another's firm; (InvalidTransition) with offer_accepted
    one that was, with offer_passed_over where another offer of the same request was, and with
    offer_expired or offer_withdrawn; (RuleBroken) with offer_altered a document that is not the one
    its digest names, with account_missing one without an account to pay out to.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_OFFER, [offer_id])
        row = cursor.fetchone()
    if row is None or not may_answer(person_id=person_id, firm_id=row[4], using=using):
        raise NotFound(code="offer_missing")
    *stored, status, is_over, accepted, named = row
    _check_waiting(offer_id, status, is_over=is_over, accepted=accepted)
    text, sha256, application_id, funding_id, firm_id, bank_id, *names = stored
    document = json.loads(text)
    ids = {"offer": offer_id, "application": application_id, "firm": firm_id, "bank": bank_id}
    _check_unaltered(document, sha256, ids)
    place = _place(document, named)
    return OpenOffer(
        id=offer_id,
        application_id=application_id,
        funding_id=funding_id,
        firm_id=firm_id,
        firm=Wording(*names[:2]),
        bank=Wording(*names[2:]),
        document=document,
        sha256=sha256,
        place=place,
        shown=digest_of(agreement_document(document, place)) if place else sha256,
    )


def _place(document: Mapping[str, Any], named: str | None) -> Disbursement | None:
    if not needs_account(document):
        return None
    if named is None:
        raise RuleBroken(code="account_missing")
    place = Disbursement.thaw(json.loads(named))
    check_disbursement(place)
    return place


def _check_waiting(offer_id: UUID, status: str, *, is_over: bool, accepted: UUID | None) -> None:
    if accepted is not None:
        code = "offer_accepted" if accepted == offer_id else "offer_passed_over"
        raise InvalidTransition(code=code)
    if status != "offered":
        raise InvalidTransition(code=_STATE_REFUSALS.get(status, "offer_withdrawn"))
    if is_over:
        raise InvalidTransition(code="offer_expired")


def _check_unaltered(document: Mapping[str, Any], sha256: str, ids: Mapping[str, UUID]) -> None:
    found = hashlib.sha256(canonical.encode(document)).hexdigest()
    is_about = all(document.get(name) == str(value) for name, value in ids.items())
    if not (hmac.compare_digest(found, sha256) and is_about):
        raise RuleBroken(code="offer_altered")
