"""A paused consent as its signed document says it, for the person who may let it go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.purposes import Wording
from portal.consents.terms import bank_wording, may_answer, may_confirm
from portal.consents.transitions import ConsentState
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.core.wire import load_public_keys
from portal.signer.terms_page import in_language

_STATUS = """
    SELECT c.firm, c.jws, c.state, c.uses, f.name_zh,
        (SELECT max(e.at) FROM gate.event e WHERE e.consent = c.id AND e.kind = 'pause'),
        (SELECT w.confirm_by FROM gate.unconfirmed w WHERE w.consent = c.id)
    FROM gate.consent_status c JOIN sign.firm f ON f.id = c.firm
    WHERE c.id = %s
"""


@dataclass(frozen=True, slots=True)
class PausedPage:
    """What would go on, in the reader's language.

    ``confirm_by`` is the deadline of a new legal representative; None after a pause by hand.
    """

    id: UUID
    bank: str
    firm: str
    purpose: str
    data: tuple[str, ...]
    first_month: date
    last_month: date
    expires_at: datetime
    uses_left: int
    paused_at: datetime
    confirm_by: datetime | None


def paused_for(consent_id: UUID, *, person_id: UUID) -> PausedPage:
    """A consent that this person may resume, its signature checked.

    Refuses (NotFound, consent_missing) one that is another's to decide on, (InvalidTransition,
    consent_not_paused) one in any other state, (RuleBroken, representative_confirms) whoever isn't
    the legal representative that it waits for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATUS, [consent_id])
        row = cursor.fetchone()
    if row is None or not may_answer(person_id=person_id, firm_id=row[0]):
        raise NotFound(code="consent_missing")
    firm_id, token, state, uses, name_zh, paused_at, confirm_by = row
    if state != ConsentState.PAUSED:
        raise InvalidTransition(code="consent_not_paused")
    if confirm_by is not None and not may_confirm(person_id=person_id, firm_id=firm_id):
        raise RuleBroken(code="representative_confirms")
    artefact = verified_artefact(token, keys=load_public_keys(settings.SIGNER_PUBLIC_KEYS))
    firm = in_language(Wording(artefact.firm.name, name_zh))
    page = _page_of(artefact, firm=firm, uses=uses, paused_at=paused_at)
    return replace(page, confirm_by=confirm_by)


def _page_of(artefact: Artefact, *, firm: str, uses: int, paused_at: datetime) -> PausedPage:
    return PausedPage(
        id=artefact.id,
        bank=in_language(bank_wording(artefact.bank.id)),
        firm=firm,
        purpose=in_language(artefact.purpose_text),
        data=tuple(map(in_language, artefact.category_texts)),
        first_month=artefact.first_month.first,
        last_month=artefact.last_month.first,
        expires_at=artefact.expires_at,
        uses_left=artefact.max_uses - uses,
        paused_at=paused_at,
        confirm_by=None,
    )
