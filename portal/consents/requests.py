"""What pages may know of requests: a firm of those put to it, a bank of those it made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from portal.consents.artefact_parts import Cut
from portal.consents.narrowing import Wanted, narrowed
from portal.consents.transitions import RequestState
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.months import Month
from portal.core.paging import PAGE_SIZE, Page, Place, page_of, placed

_PUT_TO_FIRM = """
    SELECT r.id, b.name, b.name_zh, '', r.purpose, r.categories, r.first_month, r.last_month,
        r.days, r.cuts, r.reason, r.asked_at, s.answer_by, s.state
    FROM sign.request r
        JOIN sign.request_state s ON s.id = r.id
        JOIN sign.bank b ON b.id = r.bank
    WHERE r.asked_by = 'bank' AND r.firm = %s
"""
_MADE_BY_BANK = """
    SELECT a.id, b.name, b.name_zh, a.uscc, a.purpose, a.categories, a.first_month, a.last_month,
        a.days, a.cuts, a.reason, a.asked_at, a.answer_by, a.state
    FROM sign.ask_state a JOIN sign.bank b ON b.id = a.bank
    WHERE a.bank = %s
"""
_AFTER = " AND (a.asked_at < %s OR a.asked_at = %s AND a.id > %s)"
_NEWEST_FIRST = " ORDER BY a.asked_at DESC, a.id LIMIT %s"


@dataclass(frozen=True, slots=True)
class AskView:
    """A bank's request; ``uscc`` is shown to the bank only, as it typed it; ``reason``
    is why it needs the data, in its own words.
    """

    id: UUID
    bank_name: str
    bank_name_zh: str
    uscc: str
    purpose: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    days: int
    cuts: tuple[Cut, ...]
    reason: str
    asked_at: datetime
    answer_by: datetime
    state: RequestState

    @property
    def is_pending(self) -> bool:
        return self.state == RequestState.PENDING

    @property
    def is_approved(self) -> bool:
        return self.state == RequestState.APPROVED


def requests_waiting_for(actor: Actor) -> list[AskView]:
    """Banks' requests that the actor's firm has not answered, oldest first; nothing for others."""
    if actor.organisation_kind != OrganisationKind.FIRM:
        return []
    query = f"{_PUT_TO_FIRM} AND s.state = 'pending' ORDER BY r.asked_at"
    return _views(query, [actor.organisation_id])


def requests_refused_by(
    actor: Actor, *, wanted: Wanted, after: Place | None = None, size: int = PAGE_SIZE
) -> Page[AskView]:
    """A page of banks' requests that the actor's firm refused or let run out, newest first."""
    if actor.organisation_kind != OrganisationKind.FIRM:
        return Page(rows=(), after=None)
    where, values = narrowed("b", "r", wanted)
    older = " AND (r.asked_at < %s OR r.asked_at = %s AND r.id > %s)" if after else ""
    rows = _views(
        f"{_PUT_TO_FIRM} AND s.state IN ('rejected', 'expired'){where}{older}"
        " ORDER BY r.asked_at DESC, r.id LIMIT %s",
        [actor.organisation_id, *values, *placed(after), size + 1],
    )
    return page_of(rows, lambda row: Place(row.asked_at, row.id), size=size)


def request_for(actor: Actor, request_id: UUID) -> AskView:
    """One bank's request put to the actor's firm; NotFound for any other, absent or not."""
    if actor.organisation_kind == OrganisationKind.FIRM:
        for found in _views(f"{_PUT_TO_FIRM} AND r.id = %s", [actor.organisation_id, request_id]):
            return found
    raise NotFound(code="request_missing")


def asks_of(actor: Actor, *, after: Place | None = None) -> Page[AskView]:
    """A page of what the actor's bank asked firms for, newest first; nothing for others."""
    if actor.organisation_kind != OrganisationKind.BANK:
        return Page(rows=(), after=None)
    query = f"{_MADE_BY_BANK}{_AFTER if after is not None else ''}{_NEWEST_FIRST}"
    rows = _views(query, [actor.organisation_id, *placed(after), PAGE_SIZE + 1])
    return page_of(rows, lambda row: Place(row.asked_at, row.id), size=PAGE_SIZE)


def _views(query: str, values: Sequence[Any]) -> list[AskView]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [_view(row) for row in cursor.fetchall()]


def _view(row: tuple[Any, ...]) -> AskView:
    request_id, name, name_zh, uscc, purpose, categories, first, last, days, cuts, *rest = row
    reason, asked_at, answer_by, state = rest
    return AskView(
        id=request_id,
        bank_name=name,
        bank_name_zh=name_zh,
        uscc=uscc,
        purpose=purpose,
        categories=tuple(categories),
        first_month=Month.of(first),
        last_month=Month.of(last),
        days=days,
        cuts=tuple(map(Cut.read, json.loads(cuts))),
        reason=reason,
        asked_at=asked_at,
        answer_by=answer_by,
        state=RequestState(state),
    )
