"""New entries of the ledger go on the lists of their parties and of whoever acted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction

from ledger.queries import Entry, entries_from
from portal.core.actor import SystemActor
from portal.oversight.parties import hands_on, named_in, subjects_of
from portal.oversight.party_models import ActorEntry, PartyEntry, PartyMark

BATCH: Final = 500


@transaction.atomic(durable=True)
def note_parties(_actor: SystemActor) -> int:
    """Take up to ``BATCH`` entries further, in their order; returns how many.

    None while somebody else is at it. What was listed can be made anew from the ledger.
    """
    mark = PartyMark.objects.select_for_update(no_key=True, skip_locked=True).first()
    if mark is None:
        return 0
    found = entries_from(mark.next_seq, size=BATCH)
    if found:
        PartyEntry.objects.bulk_create(_rows(found), ignore_conflicts=True)
        ActorEntry.objects.bulk_create(_acts(found), ignore_conflicts=True)
        mark.next_seq = found[-1].seq + 1
        mark.save(update_fields=["next_seq"])
    return len(found)


def _acts(entries: Iterable[Entry]) -> list[ActorEntry]:
    """Those of people and of banks' tokens; what a system did by itself is on nobody's list."""
    return [
        ActorEntry(actor=entry.actor, seq=entry.seq, at=entry.event.at)
        for entry in entries
        if entry.event is not None and entry.actor.startswith(("person:", "token:"))
    ]


def _rows(entries: Iterable[Entry]) -> list[PartyEntry]:
    known = _known(entries)
    rows = []
    for entry in entries:
        if entry.event is None:
            continue
        parties = named_in(entry.event)
        if hands_on(entry.subject):
            known[entry.subject] |= parties
            parties = known[entry.subject]
        rows += [
            PartyEntry(
                organisation_id=one,
                seq=entry.seq,
                kind=entry.kind,
                subject=entry.subject,
                at=entry.event.at,
            )
            for one in sorted(parties)
        ]
    return rows


def _known(entries: Iterable[Entry]) -> defaultdict[str, set[UUID]]:
    """Who is on the lists already for the things that these entries are about."""
    known: defaultdict[str, set[UUID]] = defaultdict(set)
    subjects = subjects_of(entry.event for entry in entries if entry.event is not None)
    listed = PartyEntry.objects.filter(subject__in=subjects).order_by()
    for subject, organisation_id in listed.values_list("subject", "organisation_id").distinct():
        known[subject].add(organisation_id)
    return known
