"""What only the signer's process does: answer a request with a signature, or with a no.

Runs with the signer's log-in as ``default`` and its private key. Everything it signs it has read
itself; the gate checks the document against the request again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from ledger.format import canonical
from portal.consents.artefact import Artefact
from portal.consents.artefact_parts import Evidence, Frequency
from portal.consents.events_told import Told, tell_later
from portal.consents.gate_errors import gate_refusals
from portal.consents.notices import tell_signatory
from portal.consents.purposes import Purpose
from portal.consents.stopping import ending, follow_up, look_again
from portal.consents.terms import Terms, may_answer, terms_for
from portal.core.errors import InvalidTransition, NotFound
from portal.core.months import Month
from portal.core.wire import Typ, load_signing_key, sign

FREQUENCIES: Final[Mapping[Purpose, tuple[str, Frequency]]] = {
    Purpose.UNDERWRITING: ("ONETIME", Frequency("once", 1)),
    Purpose.MONITORING: ("PERIODIC", Frequency("month", 1)),
}
__all__ = ["Evidence", "Terms", "decline", "grant", "resume", "terms_for"]


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person here and at the tax authority."""

    person_id: UUID
    authority_person: str


def grant(request_id: UUID, *, person_id: UUID, evidence: Evidence, using: str = "default") -> UUID:
    """Sign the artefact of a pending request, hand it to the gate, and have the person told.

    The id is the request's.
    Refuses (NotFound) an unknown request and a person without mandate, (InvalidTransition) one
    already answered or too old, (RuleBroken) what the ceilings or the gate don't allow. A consent
    that it supersedes ends with the same commit; its readers are ended after it.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    key = load_signing_key(settings.SIGNER_KEY)
    terms = _answerable(request_id, person_id, newest=Month.of(now) - 1, using=using)
    signatory = _signatory(person_id, terms.firm.id, using)
    artefact = _artefact(terms, signatory, evidence=evidence, now=now)
    jws = sign(artefact.claims(), typ=Typ.CONSENT, key=key)

    def commit() -> None:
        with transaction.atomic(using=using, durable=True):
            payload = artefact.encode().decode()
            _call("SELECT gate.grant_consent(%s, %s)", [payload, jws], using)
            tell_signatory(artefact, terms, using=using)
            if artefact.supersedes is not None:
                follow_up(artefact.supersedes, application_id=artefact.application, using=using)

    if artefact.supersedes is None:
        commit()
    else:
        ending(artefact.supersedes, commit=commit, using=using)
    return artefact.id


def decline(request_id: UUID, *, person_id: UUID, using: str = "default") -> None:
    """Put down that the firm said no. Refuses as `grant` does."""
    with transaction.atomic(using=using, durable=True):
        _answerable(request_id, person_id, using=using)
        _call("SELECT sign.decline(%s, %s)", [request_id, person_id], using)


def resume(consent_id: UUID, *, person_id: UUID, using: str = "default") -> None:
    """Sign the end of every pause of a consent.

    Each signature names its pause, so that none can be played again, and the person as the
    authority knows them. Refuses (NotFound) without mandate, (InvalidTransition) when nothing is
    paused.
    """
    key = load_signing_key(settings.SIGNER_KEY)
    with transaction.atomic(using=using, durable=True):
        pauses = _open_pauses(consent_id, using)
        if not pauses:
            raise InvalidTransition(code="consent_not_paused")
        if not may_answer(person_id=person_id, firm_id=pauses[0][0], using=using):
            raise NotFound(code="consent_missing")
        signatory = _signatory(person_id, pauses[0][0], using)
        for _firm, seq in pauses:
            claims = {
                "consent": str(consent_id),
                "pause": seq,
                "person": str(person_id),
                "authority_person": signatory.authority_person,
            }
            payload, jws = canonical.encode_value(claims), sign(claims, typ=Typ.RESUMPTION, key=key)
            _call("SELECT gate.resume(%s, %s, %s)", [payload, jws, f"person:{person_id}"], using)
        tell_later(consent_id, Told.RESUMED, using=using)
        look_again(consent_id, application_id=None, using=using)


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


def _signatory(person_id: UUID, firm_id: UUID, using: str) -> Signatory:
    """The signing person, and who that is at the authority; they are one person for ever."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT authority_person FROM sign.mandate WHERE person = %s AND firm = %s"
            " ORDER BY valid_from DESC LIMIT 1",
            [person_id, firm_id],
        )
        ((authority_person,),) = cursor.fetchall()
    return Signatory(person_id, authority_person)


def _artefact(terms: Terms, signatory: Signatory, *, evidence: Evidence, now: datetime) -> Artefact:
    fetch_type, frequency = FREQUENCIES[terms.purpose]
    return Artefact(
        id=terms.request_id,
        supersedes=terms.supersedes,
        firm=terms.firm,
        bank=terms.bank,
        provider=settings.AUTHORITY_ISSUER,
        purpose=terms.purpose.value,
        purpose_text=terms.purpose_text,
        categories=tuple(category.value for category in terms.categories),
        category_texts=terms.category_texts,
        first_month=terms.first_month,
        last_month=terms.last_month,
        not_before=now,
        expires_at=now + terms.length,
        fetch_type=fetch_type,
        frequency=frequency,
        max_uses=terms.max_uses,
        storage_days=terms.storage_days,
        person=signatory.person_id,
        authority_person=signatory.authority_person,
        application=terms.application_id,
        evidence=evidence,
        limits=terms.ceiling.rules(terms.purpose),
        cuts=terms.cuts,
    )
