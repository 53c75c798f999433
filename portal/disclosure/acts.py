"""What an export holds: the acts of one person, or of one organisation's people, in their order.

A token of a bank's system acts for its bank, and for no person: not for the one who made it either.
An act is a row of the activity log or an entry of the ledger. What somebody else did to a person is
somebody else's act; what the system did, and what was tried in a person's name without signing in,
is the person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from ledger.kinds import EventKind
from ledger.queries import Entry, entries_at, entries_page
from portal.accounts.api_token_models import ApiToken
from portal.accounts.models import ActivityRow, User
from portal.core.actor import OrganisationKind
from portal.disclosure.members import Member, members_of
from portal.disclosure.models import Disclosure
from portal.disclosure.terms import beginning_of
from portal.oversight.models import ActorEntry, PartyEntry

BATCH: Final = 250
# They oversee and are party to hardly anything; their people act for nobody else.
_NO_PARTY: Final = frozenset({OrganisationKind.REGULATOR, OrganisationKind.OPERATOR})
_BY_PERSON: Final = Q(actor__startswith="person:")
_BY_TOKEN: Final = Q(actor__startswith="token:")
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
    members = _members(disclosure)
    people = User.objects.in_bulk([member.person_id for member in members])
    for member in members:
        person = people[member.person_id]
        yield {
            "person": person.ref,
            "real_name": person.real_name,
            "email": person.email,
            "phone": person.phone,
            "registered_at": person.registered_at.isoformat(),
            "role": member.role,
            "from": member.since.isoformat(),
            "until": "" if member.until is None else member.until.isoformat(),
        }


def _rows_of(disclosure: Disclosure) -> QuerySet[ActivityRow]:
    if disclosure.person_id is not None:
        ref = disclosure.whose
        return ActivityRow.objects.filter(Q(actor=ref) | Q(subject=ref) & _BY_NO_PERSON)
    tried = Q(subject__in=_refs(_members(disclosure)), organisation=None) & _BY_NO_PERSON
    acted = Q(organisation=disclosure.party_id) & (_BY_PERSON | _BY_TOKEN)
    return ActivityRow.objects.filter(acted | tried)


def _numbers_of(disclosure: Disclosure) -> QuerySet[ActorEntry]:
    if disclosure.person_id is not None:
        return ActorEntry.objects.filter(actor=disclosure.whose)
    tokens = ApiToken.objects.filter(organisation_id=str(disclosure.party_id))
    actors = [*_refs(_members(disclosure)), *(token.ref for token in tokens)]
    acted = ActorEntry.objects.filter(actor__in=actors)
    if disclosure.party is not None and disclosure.party.kind in _NO_PARTY:
        return acted
    party = PartyEntry.objects.filter(organisation_id=str(disclosure.party_id))
    return acted.filter(seq__in=party.values("seq"))


def _members(disclosure: Disclosure) -> list[Member]:
    return [] if disclosure.party is None else members_of(disclosure.party, *span_of(disclosure))


def _refs(members: list[Member]) -> list[str]:
    return sorted({f"person:{member.person_id}" for member in members})
