"""An accepted offer's agreement, for the person who may sign it for the bank."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from portal.applications.acceptances import accepted_as_shown
from portal.applications.disbursement import Disbursement, agreement_document
from portal.consents.purposes import Wording
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.core.wire import digest, load_public_keys
from portal.products.terms import digest_of

_AGREEMENT = """
    SELECT o.application_id, o.funding_id, o.bank_id, o.document::text, t.jws,
        f.name, f.name_zh, b.name, b.name_zh, a.status,
        EXISTS (SELECT FROM applications_bank_signature s WHERE s.offer_id = o.id)
    FROM applications_offer o
        JOIN applications_application a ON a.id = o.application_id
        JOIN applications_acceptance t ON t.offer_id = o.id
        JOIN sign.firm f ON f.id = o.firm_id
        JOIN sign.bank b ON b.id = o.bank_id
        JOIN accounts_membership m ON m.organisation_id = o.bank_id AND m.user_id = %s
            AND m.role IN ('bank_officer', 'bank_approver') AND m.starts_at <= clock_timestamp()
            AND (m.ends_at IS NULL OR m.ends_at > clock_timestamp())
    WHERE o.id = %s
"""


@dataclass(frozen=True, slots=True)
class OpenAgreement:
    """An agreement that waits for the bank; ``document`` is the offer, ``shown`` all's digest."""

    id: UUID
    application_id: UUID
    funding_id: UUID
    bank_id: UUID
    firm: Wording
    bank: Wording
    document: Mapping[str, Any]
    place: Disbursement | None
    accepted_at: datetime
    acceptance_sha256: str
    shown: str


def open_agreement(offer_id: UUID, *, person_id: UUID, using: str = "default") -> OpenAgreement:
    """An agreement that this person may sign for the bank now, its acceptance checked.

    Refuses (NotFound, agreement_missing) one of another bank's, or nobody has accepted yet;
    (InvalidTransition) with agreement_signed one that is, agreement_early one whose acceptance is
    not carried out, and agreement_withdrawn; (RuleBroken, acceptance_invalid) one whose firm's
    signature does not hold.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_AGREEMENT, [person_id, offer_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="agreement_missing")
    application_id, funding_id, bank_id, text, jws, *names, status, is_signed = row
    if is_signed:
        raise InvalidTransition(code="agreement_signed")
    if status != "accepted":
        early = status == "offered"
        raise InvalidTransition(code="agreement_early" if early else "agreement_withdrawn")
    document = json.loads(text)
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    accepted = accepted_as_shown(jws, document=document, keys=keys)
    if (accepted.offer_id, document["bank"]) != (offer_id, str(bank_id)):
        raise RuleBroken(code="acceptance_invalid")
    return OpenAgreement(
        id=offer_id,
        application_id=application_id,
        funding_id=funding_id,
        bank_id=bank_id,
        firm=Wording(*names[:2]),
        bank=Wording(*names[2:]),
        document=document,
        place=accepted.place,
        accepted_at=accepted.at,
        acceptance_sha256=digest(jws),
        shown=digest_of(agreement_document(document, accepted.place)),
    )
