"""A firm is connected: what the tax authority signed about this person becomes a mandate."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.mandates import note_industry, record_mandate
from portal.core.errors import RuleBroken
from portal.core.wire import Claims, Typ, WireRefused, check_claims, load_public_keys, verify
from portal.signer.steps import Step, use_once
from portal.signer.visitors import Person
from scoring.engine.industries import SECTIONS

AUDIENCE: Final = "taxbridge-signer"
CLIENT: Final = "taxbridge"
_ROLES: Final = frozenset({"legal_representative", "finance_officer", "clerk"})


@dataclass(frozen=True, slots=True)
class Assertion:
    """The parts of a verified assertion that matter here."""

    jti: str
    nonce: str
    authority_person: str
    person_name: str
    role: str
    uscc: str
    firm_name: str
    firm_name_zh: str
    asserted_at: datetime = field(kw_only=True)
    # One letter of GB/T 4754; an authority need not state it.
    industry: str | None = field(kw_only=True, default=None)


def verified_assertion(token: str) -> Assertion:
    """An assertion that the tax authority signed for us, now, and that was never used before.

    It is spent by this, whatever becomes of it. Refuses (RuleBroken) with assertion_invalid or
    assertion_replayed.
    """
    try:
        claims = verify(
            token,
            typ=Typ.ASSERTION,
            keys=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
        )
        check_claims(claims, issuer=settings.AUTHORITY_ISSUER, audience=AUDIENCE)
    except WireRefused as refusal:
        raise RuleBroken(code="assertion_invalid") from refusal
    assertion = _read(claims)
    if not use_once(f"authority:{assertion.jti}"):
        raise RuleBroken(code="assertion_replayed")
    return assertion


@transaction.atomic(durable=True)
def connect_firm(*, person: Person, step: Step, nonce: str, assertion: Assertion) -> UUID:
    """Record the mandate and that the firm is connected; returns the firm's id.

    Refuses (RuleBroken) an assertion made for another visit (assertion_invalid), for another firm
    than the one asked for (other_firm), about a person of another name (other_name), about one who
    is linked to another account (identity_taken, linked_to_another_identity), or about a mandate
    that the authority has ended since (mandate_over).
    """
    if not hmac.compare_digest(assertion.nonce.encode(), nonce.encode()):
        raise RuleBroken(code="assertion_invalid")
    if assertion.uscc != step.next:
        raise RuleBroken(code="other_firm")
    if _plain(assertion.person_name) != _plain(person.real_name):
        raise RuleBroken(code="other_name")
    mandate = record_mandate(
        person_id=person.id,
        uscc=assertion.uscc,
        name=assertion.firm_name,
        name_zh=assertion.firm_name_zh,
        authority_person=assertion.authority_person,
        role=assertion.role,
        asserted_at=assertion.asserted_at,
    )
    if assertion.industry is not None:
        note_industry(mandate.firm_id, assertion.industry)
    record(
        EventKind.FIRM_CONNECTED,
        actor=person.ref,
        subject=f"firm:{mandate.firm_id}",
        payload={
            "firm": str(mandate.firm_id),
            "role": assertion.role,
            "authority_jti_digest": hashlib.sha256(assertion.jti.encode()).hexdigest(),
        },
    )
    return mandate.firm_id


def _read(claims: Claims) -> Assertion:
    names = ("jti", "nonce", "person", "person_name", "role", "uscc", "firm_name", "firm_name_zh")
    values = [claims.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values) or values[4] not in _ROLES:
        raise RuleBroken(code="assertion_invalid")
    asserted_at = datetime.fromtimestamp(claims["iat"], UTC)
    return Assertion(*map(str, values), asserted_at=asserted_at, industry=_industry(claims))


def _industry(claims: Claims) -> str | None:
    stated = claims.get("industry")
    if stated is None:
        return None
    if not isinstance(stated, str) or stated not in SECTIONS:
        raise RuleBroken(code="assertion_invalid")
    return stated


def _plain(name: str) -> str:
    """A name as compared: one spelling for full-width letters, case and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
