"""An organisation's own events: those it is party to and may see; another's are absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ledger.queries import Entry, entries_at
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.oversight.parties import SEEN
from portal.oversight.party_models import PartyEntry

PAGE_SIZE = 25
BATCH = 250


@dataclass(frozen=True, slots=True)
class OwnEvents:
    """The newest first, and the ``before`` of the next older page (None: no more)."""

    entries: tuple[Entry, ...]
    older_before: int | None


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """About one thing ("": all), recorded from ``since`` on and before ``until`` (None: open)."""

    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


def own_events(
    actor: Actor, *, before: int | None = None, about: str = "", size: int = PAGE_SIZE
) -> OwnEvents:
    """A page of the actor's own entries below number ``before``; ``about`` one thing only."""
    own = _own(actor, OwnFilter(about=about), before=before)
    found = list(own.values_list("seq", flat=True)[: size + 1])
    shown = entries_at(found[:size])
    return OwnEvents(shown, found[size - 1] if len(found) > size else None)


def own_event_batches(
    actor: Actor, wanted: OwnFilter, *, size: int = BATCH
) -> Iterator[tuple[Entry, ...]]:
    """All of the actor's own entries, newest first; each batch begins where the last one ended."""
    before: int | None = None
    while found := list(_own(actor, wanted, before=before).values_list("seq", flat=True)[:size]):
        yield entries_at(found)
        before = found[-1]


def own_events_reach(actor: Actor, wanted: OwnFilter, *, count: int) -> bool:
    """Whether there are at least ``count`` of them."""
    return _own(actor, wanted)[count - 1 : count].exists()


def own_event(actor: Actor, seq: int) -> Entry:
    """One of them; NotFound for an entry that the actor is no party to or may not see."""
    found = own_events(actor, before=seq + 1, size=1).entries
    if not found or found[0].seq != seq:
        raise NotFound(code="entry_not_found")
    return found[0]


def _own(actor: Actor, wanted: OwnFilter, *, before: int | None = None) -> QuerySet[PartyEntry]:
    """What the actor is party to and may see, newest first."""
    if actor.organisation_kind is None or actor.organisation_id is None:
        return PartyEntry.objects.none()
    asked = {
        "seq__lt": before,
        "subject": wanted.about or None,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    return PartyEntry.objects.filter(
        organisation_id=actor.organisation_id,
        kind__in=SEEN[actor.organisation_kind],
        **{name: value for name, value in asked.items() if value is not None},
    ).order_by("-seq")
