"""What an export holds: the acts of one person, or of one organisation's people, in their order.

An act is a row of the activity log or an entry of the ledger. What somebody else did to a person is
somebody else's act; what the system did, and what was tried in a person's name without signing in,
is the person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from ledger.kinds import EventKind
from ledger.queries import Entry, entries_at, entries_page
from portal.accounts.models import ActivityRow, Membership
from portal.disclosure.models import Disclosure
from portal.disclosure.terms import beginning_of
from portal.oversight.models import ActorEntry, PartyEntry

BATCH: Final = 250
_BY_NO_PERSON: Final = Q(actor="") | Q(actor__startswith="system:")


def span_of(disclosure: Disclosure) -> tuple[datetime, datetime]:
    """From which moment on, and before which: never beyond the approval."""
    end = beginning_of(disclosure.until) + timedelta(days=1)
    return beginning_of(disclosure.since), min(end, disclosure.decided_at or end)


def is_listed(disclosure: Disclosure) -> bool:
    """Whether its approval is on the ledger's lists, and with it what was recorded before."""
    approvals = entries_page(kind=EventKind.DISCLOSURE_APPROVED, subject=disclosure.ref).entries
    return ActorEntry.objects.filter(seq__in=[entry.seq for entry in approvals]).exists()


def activity_of(disclosure: Disclosure) -> Iterator[dict[str, Any]]:
    """Rows of the activity log, oldest first."""
    since, until = span_of(disclosure)
    rows = _rows_of(disclosure).filter(at__gte=since, at__lt=until).order_by("at", "id")
    for row in rows.iterator(chunk_size=2000):
        yield {
            "at": row.at.isoformat(),
            "who": row.actor,
            "organisation": "" if row.organisation is None else str(row.organisation),
            "act": row.activity,
            "about": row.subject,
            "network_address": row.address,
            "detail": row.detail,
        }


def entries_of(disclosure: Disclosure) -> Iterator[list[Entry]]:
    """Entries of the ledger that record such an act, oldest first, in batches."""
    since, until = span_of(disclosure)
    found = _numbers_of(disclosure).filter(at__gte=since, at__lt=until).order_by("seq")
    numbers = list(found.values_list("seq", flat=True).distinct())
    for start in range(0, len(numbers), BATCH):
        batch = entries_at(numbers[start : start + BATCH])
        yield sorted(batch, key=lambda entry: entry.seq)


def register_of(disclosure: Disclosure) -> Iterator[dict[str, Any]]:
    """Who could act for the organisation on some of the days, with what they registered with."""
    for member in _members(disclosure).select_related("user").order_by("starts_at", "id"):
        yield {
            "person": member.user.ref,
            "real_name": member.user.real_name,
            "email": member.user.email,
            "phone": member.user.phone,
            "registered_at": member.user.registered_at.isoformat(),
            "role": member.role,
            "from": member.starts_at.isoformat(),
            "until": "" if member.ends_at is None else member.ends_at.isoformat(),
        }


def _rows_of(disclosure: Disclosure) -> QuerySet[ActivityRow]:
    if disclosure.person_id is not None:
        ref = disclosure.whose
        return ActivityRow.objects.filter(Q(actor=ref) | Q(subject=ref) & _BY_NO_PERSON)
    tried = Q(subject__in=_refs(_people(disclosure)), organisation=None) & _BY_NO_PERSON
    acted = Q(organisation=disclosure.party_id, actor__startswith="person:")
    return ActivityRow.objects.filter(acted | tried)


def _numbers_of(disclosure: Disclosure) -> QuerySet[ActorEntry]:
    if disclosure.person_id is not None:
        return ActorEntry.objects.filter(actor=disclosure.whose)
    party = PartyEntry.objects.filter(organisation_id=str(disclosure.party_id))
    acted = ActorEntry.objects.filter(actor__in=_refs(_people(disclosure)))
    return acted.filter(seq__in=party.values("seq"))


def _members(disclosure: Disclosure) -> QuerySet[Membership]:
    since, until = span_of(disclosure)
    members = Membership.objects.filter(
        organisation_id=str(disclosure.party_id), starts_at__lt=until
    )
    return members.filter(Q(ends_at=None) | Q(ends_at__gt=since))


def _people(disclosure: Disclosure) -> set[UUID]:
    return set(_members(disclosure).values_list("user_id", flat=True))


def _refs(people: set[UUID]) -> list[str]:
    return sorted(f"person:{person_id}" for person_id in people)
