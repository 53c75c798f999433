"""What only the signer's process does: answer a request with a signature, or with a no.

Runs with the signer's log-in as ``default`` and its private key. Everything it signs it has read
itself; the gate checks the document against the request again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from ledger.format import canonical
from portal.consents.artefact import Artefact, Evidence
from portal.consents.gate_errors import gate_refusals
from portal.consents.purposes import Purpose
from portal.consents.terms import Terms, may_answer, terms_for
from portal.core.errors import InvalidTransition, NotFound
from portal.core.months import Month
from portal.core.wire import Typ, load_signing_key, sign

__all__ = ["Evidence", "Terms", "decline", "grant", "resume", "terms_for"]


def grant(request_id: UUID, *, person_id: UUID, evidence: Evidence, using: str = "default") -> UUID:
    """Sign the artefact of a pending request and hand it to the gate; the id is the request's.

    Refuses (NotFound) an unknown request and a person without mandate, (InvalidTransition) one
    already answered or too old, (RuleBroken) what the ceilings or the gate don't allow.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    key = load_signing_key(settings.SIGNER_KEY)
    with transaction.atomic(using=using, durable=True):
        terms = _answerable(request_id, person_id, newest=Month.of(now) - 1, using=using)
        artefact = _artefact(terms, person_id=person_id, evidence=evidence, now=now)
        jws = sign(artefact.claims(), typ=Typ.CONSENT, key=key)
        payload = artefact.encode().decode()
        _call("SELECT gate.grant_consent(%s, %s)", [payload, jws], using)
    return artefact.id


def decline(request_id: UUID, *, person_id: UUID, using: str = "default") -> None:
    """Put down that the firm said no. Refuses as `grant` does."""
    with transaction.atomic(using=using, durable=True):
        _answerable(request_id, person_id, using=using)
        _call("SELECT sign.decline(%s, %s)", [request_id, person_id], using)


def resume(consent_id: UUID, *, person_id: UUID, using: str = "default") -> None:
    """Sign the end of every pause of a consent.

    Each signature names its pause, so that none can be played again. Refuses (NotFound) without
    mandate, (InvalidTransition) when nothing is paused.
    """
    key = load_signing_key(settings.SIGNER_KEY)
    with transaction.atomic(using=using, durable=True):
        pauses = _open_pauses(consent_id, using)
        if not pauses:
            raise InvalidTransition(code="consent_not_paused")
        if not may_answer(person_id=person_id, firm_id=pauses[0][0], using=using):
            raise NotFound(code="consent_missing")
        for _firm, seq in pauses:
            claims = {"consent": str(consent_id), "pause": seq, "person": str(person_id)}
            payload, jws = canonical.encode_value(claims), sign(claims, typ=Typ.RESUMPTION, key=key)
            _call("SELECT gate.resume(%s, %s, %s)", [payload, jws, f"person:{person_id}"], using)


def _open_pauses(consent_id: UUID, using: str) -> list[tuple[UUID, int]]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.firm, p.seq FROM gate.event p JOIN gate.consent_status c ON c.id = p.consent"
            " WHERE p.consent = %s AND p.kind = 'pause' AND c.state = 'paused'"
            " AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = p.seq)",
            [consent_id],
        )
        return list(cursor.fetchall())


def _call(query: str, values: list[Any], using: str) -> None:
    with gate_refusals(), connections[using].cursor() as cursor:
        cursor.execute(query, values)


def _answerable(
    request_id: UUID, person_id: UUID, *, newest: Month | None = None, using: str
) -> Terms:
    terms = terms_for(request_id, newest=newest, using=using)
    if not may_answer(person_id=person_id, firm_id=terms.firm.id, using=using):
        raise NotFound(code="request_missing")
    if not terms.is_pending:
        raise InvalidTransition(code=f"request_{terms.state}")
    return terms


def _artefact(terms: Terms, *, person_id: UUID, evidence: Evidence, now: datetime) -> Artefact:
    return Artefact(
        id=terms.request_id,
        firm=terms.firm,
        bank=terms.bank,
        purpose=terms.purpose.value,
        purpose_text=terms.purpose_text,
        categories=tuple(category.value for category in terms.categories),
        first_month=terms.first_month,
        last_month=terms.last_month,
        not_before=now,
        expires_at=now + terms.length,
        fetch_type="ONETIME" if terms.purpose == Purpose.UNDERWRITING else "PERIODIC",
        max_uses=terms.max_uses,
        storage_days=terms.storage_days,
        person=person_id,
        application=terms.application_id,
        evidence=evidence,
        limits=terms.ceiling.rules(terms.purpose),
    )
