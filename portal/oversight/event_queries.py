"""An organisation's own events: those it is party to and may see; another's are absent."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.queries import Entry, entries_at
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.oversight.parties import SEEN
from portal.oversight.party_models import PartyEntry

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class OwnEvents:
    """The newest first, and the ``before`` of the next older page (None: no more)."""

    entries: tuple[Entry, ...]
    older_before: int | None


def own_events(
    actor: Actor, *, before: int | None = None, about: str = "", size: int = PAGE_SIZE
) -> OwnEvents:
    """A page of the actor's own entries below number ``before``; ``about`` one thing only."""
    if actor.organisation_kind is None or actor.organisation_id is None:
        return OwnEvents((), None)
    own = PartyEntry.objects.filter(
        organisation_id=actor.organisation_id, kind__in=SEEN[actor.organisation_kind]
    )
    if before is not None:
        own = own.filter(seq__lt=before)
    if about:
        own = own.filter(subject=about)
    found = list(own.order_by("-seq").values_list("seq", flat=True)[: size + 1])
    shown = entries_at(found[:size])
    return OwnEvents(shown, found[size - 1] if len(found) > size else None)


def own_event(actor: Actor, seq: int) -> Entry:
    """One of them; NotFound for an entry that the actor is no party to or may not see."""
    found = own_events(actor, before=seq + 1, size=1).entries
    if not found or found[0].seq != seq:
        raise NotFound(code="entry_not_found")
    return found[0]
