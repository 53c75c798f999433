"""What pages and other rooms may know of consents and requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from portal.accounts.permissions import Permission, may
from portal.consents.artefact_parts import Cut
from portal.consents.changes import Scope
from portal.consents.closings import Closing, windows_of
from portal.consents.transitions import STANDING, STOPPABLE, ConsentState, RequestState
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.months import Month
from portal.core.paging import PAGE_SIZE, Page, Place, page_of, placed

_CONSENTS = """
    SELECT s.id, s.firm, s.bank, f.name, f.name_zh, b.name, b.name_zh, s.application, s.purpose,
        s.categories, s.first_month, s.last_month, s.granted_at, s.expires_at, s.withdrawn_at,
        s.state, s.uses, s.max_uses, s.storage_days, s.artefact_sha256, s.not_before, s.supersedes,
        s.end_kind, (SELECT n.id FROM gate.consent_status n WHERE n.supersedes = s.id),
        (SELECT k.at FROM gate.acknowledgement k WHERE k.consent = s.id), s.ended_at, s.keeps
    FROM gate.consent_status s
        JOIN sign.bank b ON b.id = s.bank
        JOIN sign.firm f ON f.id = s.firm
"""
_NEWEST_FIRST = " ORDER BY s.granted_at DESC, s.id"
_AFTER = " AND (s.granted_at < %s OR s.granted_at = %s AND s.id > %s)"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent as it stands at this moment."""

    id: UUID
    firm_id: UUID
    bank_id: UUID
    firm_name: str
    firm_name_zh: str
    bank_name: str
    bank_name_zh: str
    application_id: UUID | None
    purpose: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    granted_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    state: ConsentState
    uses: int
    max_uses: int
    storage_days: int
    artefact_sha256: str
    not_before: datetime
    supersedes: UUID | None
    end_kind: str | None
    superseded_by: UUID | None
    acknowledged_at: datetime | None
    ended_at: datetime | None
    keeps_records: bool

    @property
    def ref(self) -> str:
        """How the ledger names this consent."""
        return f"consent:{self.id}"

    @property
    def is_live(self) -> bool:
        return self.state == ConsentState.ACTIVE

    @property
    def is_paused(self) -> bool:
        return self.state == ConsentState.PAUSED

    @property
    def was_given_back(self) -> bool:
        """Whether the bank ended it, not the firm."""
        return self.end_kind == "release"

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether it has ended and the bank hasn't said that it knows."""
        return not self.is_standing and self.acknowledged_at is None

    @property
    def is_stoppable(self) -> bool:
        return self.state in STOPPABLE

    @property
    def is_standing(self) -> bool:
        """Whether it is in force, or can be again: only such a one can be changed."""
        return self.state in STANDING

    @property
    def over_since(self) -> datetime:
        """When somebody ended it, else when its time ran out."""
        return self.ended_at or self.expires_at

    @property
    def kept_until(self) -> datetime:
        """The end of the storage time that was signed."""
        return self.not_before + timedelta(days=self.storage_days)

    @property
    def scope(self) -> Scope:
        """What a newer consent may change."""
        return Scope(
            categories=self.categories,
            months=(self.first_month, self.last_month),
            days=(self.expires_at - self.not_before).days,
            max_uses=self.max_uses,
            storage_days=self.storage_days,
        )


@dataclass(frozen=True, slots=True)
class UseView:
    """One counted use: its number, when, by which job, and the windows this opened."""

    use_no: int
    at: datetime
    job_id: UUID
    windows: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request and its answer; a granted one has the consent's id, which is its own."""

    id: UUID
    state: RequestState
    asked_at: datetime
    answered_at: datetime | None

    @property
    def consent_id(self) -> UUID | None:
        return self.id if self.state == RequestState.APPROVED else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The document as it was signed, to keep; anyone with the signer's public key can check it."""

    consent_id: UUID
    payload: str
    jws: str
    kid: str
    artefact_sha256: str


def consents_visible_to(
    actor: Actor, *, after: Place | None = None, size: int = PAGE_SIZE
) -> Page[ConsentView]:
    """A page of a firm's own consents, of a bank's those that name it; of others' none.

    Newest first, in one query.
    """
    column = _column_of(actor)
    if column is None:
        return Page(rows=(), after=None)
    where, values = f"WHERE s.{column} = %s", [actor.organisation_id, *placed(after)]
    older = _AFTER if after is not None else ""
    rows = consents_where(f"{where}{older}{_NEWEST_FIRST} LIMIT %s", [*values, size + 1])
    return page_of(rows, lambda row: Place(row.granted_at, row.id), size=size)


def consent_for(actor: Actor, consent_id: UUID) -> ConsentView:
    """One consent visible to the actor; NotFound for any other, absent or not."""
    column = _column_of(actor)
    if column is not None:
        where = f"WHERE s.id = %s AND s.{column} = %s"
        for found in consents_where(where, [consent_id, actor.organisation_id]):
            return found
    raise NotFound(code="consent_missing")


def consent_of(consent_id: UUID) -> ConsentView | None:
    """One consent, for jobs, which act for no organisation; None for an unknown one."""
    return next(iter(consents_where("WHERE s.id = %s", [consent_id])), None)


def replaced_by(actor: Actor, consent: ConsentView) -> ConsentView | None:
    """The consent whose place this one took; None when it took none."""
    return None if consent.supersedes is None else consent_for(actor, consent.supersedes)


def live_consent_for(
    *, bank_id: UUID, firm_id: UUID, application_id: UUID | None
) -> ConsentView | None:
    """The newest live consent of this firm for this bank and application, or None.

    Sealing is read-time: a bank's query that shows anything learnt from data asks this first.
    """
    where = (
        "WHERE s.bank = %s AND s.firm = %s AND s.application IS NOT DISTINCT FROM %s"
        f" AND s.state = 'active'{_NEWEST_FIRST} LIMIT 1"
    )
    return next(iter(consents_where(where, [bank_id, firm_id, application_id])), None)


def live_consent_ids(consent_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the given consents that are live: one query for a whole list page."""
    rows = _rows(
        "SELECT s.id FROM gate.consent_status s WHERE s.id = ANY(%s) AND s.state = 'active'",
        [list(consent_ids)],
    )
    return frozenset(row[0] for row in rows)


def consent_state(consent_id: UUID) -> ConsentState | None:
    """Where a consent stands, for processes; None for one that was never given."""
    query = "SELECT s.state FROM gate.consent_status s WHERE s.id = %s"
    return next((ConsentState(row[0]) for row in _rows(query, [consent_id])), None)


def request_state(request_id: UUID) -> RequestView:
    """Where a request stands; NotFound for one that was never made."""
    return _request("WHERE id = %s", [request_id])


def request_state_for(actor: Actor, request_id: UUID) -> RequestView:
    """Where a request to the actor's firm stands; NotFound for any other, absent or not."""
    return _request("WHERE id = %s AND firm = %s", [request_id, actor.organisation_id])


def uses_of(consent_id: UUID) -> list[UseView]:
    """Each counted use of a consent, first one first."""
    rows = _rows(
        "SELECT use_no, at, job FROM gate.use WHERE consent = %s ORDER BY use_no", [consent_id]
    )
    windows = windows_of(consent_id)
    return [UseView(number, at, job, windows.get(job, ())) for number, at, job in rows]


def receipt_for(actor: Actor, consent_id: UUID) -> Receipt:
    """The signed document of a consent visible to the actor; NotFound for any other."""
    consent = consent_for(actor, consent_id)
    if not may(actor, Permission.CONSENT_VIEW):
        raise NotFound(code="consent_missing")
    return signed_document(consent)


def signed_document(consent: ConsentView) -> Receipt:
    """The same for code that gives away the terms alone: its evidence is the firm's affair."""
    (row,) = _rows(
        "SELECT id, payload, jws, kid, artefact_sha256 FROM gate.consent_status WHERE id = %s",
        [consent.id],
    )
    return Receipt(*row)


def cuts_of(actor: Actor, consent_id: UUID) -> tuple[Cut, ...]:
    """What the ceilings cut from the bank's request, as the signed document says."""
    return tuple(map(Cut.read, json.loads(receipt_for(actor, consent_id).payload)["cuts"]))


def _request(where: str, values: Sequence[Any]) -> RequestView:
    query = "SELECT id, state, asked_at, answered_at FROM sign.request_state"
    for row in _rows(f"{query} {where}", values):
        return RequestView(row[0], RequestState(row[1]), row[2], row[3])
    raise NotFound(code="request_missing")


def _column_of(actor: Actor) -> str | None:
    match actor.organisation_kind:
        case OrganisationKind.FIRM:
            return "firm"
        case OrganisationKind.BANK:
            return "bank"
        case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR | None:
            return None


def consents_where(where: str, values: Sequence[Any]) -> list[ConsentView]:
    """For the other queries of this room: those rows of ``s``, with firm ``f`` and bank ``b``."""
    return [_view(row) for row in _rows(f"{_CONSENTS} {where}", values)]


def _view(row: tuple[Any, ...]) -> ConsentView:
    values = list(row)
    values[9] = tuple(row[9])
    values[10], values[11] = Month.of(row[10]), Month.of(row[11])
    values[15] = ConsentState(row[15])
    return ConsentView(*values)


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
