"""Who is party to an event, and what each side may see of it: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from ledger.format.event import Event
from ledger.format.values import ID
from ledger.kinds import EventKind
from portal.core.actor import OrganisationKind

_NAMED: Final = ("firm", "bank", "organisation")
_ORGANISATIONS: Final = frozenset({"firm", "bank", "organisation"})
# Whoever is party to one event about such a thing is party to the later ones.
_SHARED: Final = frozenset(
    {"application", "complaint", "consent", "dispute", "product", "request", "score", "token"}
)


def _of(*rooms: str) -> frozenset[EventKind]:
    return frozenset(kind for kind in EventKind if kind.partition(".")[0] in rooms)


_BOTH: Final = (
    _of(
        "agreement",
        "application",
        "case",
        "complaint",
        "decision",
        "dispute",
        "offer",
        "request",
        "review",
    )
    | _of("authority", "organisation", "member", "consent")
) - {EventKind.CONSENT_ERASURE_WISHED}
# A bank sees scores and what was fetched only while its consent lives, and so not as receipts; how
# a bank comes to its answer is its own business. A kind that stands nowhere is shown to nobody.
SEEN: Final[Mapping[OrganisationKind, frozenset[EventKind]]] = {
    OrganisationKind.FIRM: _BOTH
    | _of("data", "score", "features", "invoice", "firm")
    | {EventKind.CONSENT_ERASURE_WISHED},
    OrganisationKind.BANK: _BOTH
    | _of("product", "policy", "approval", "api_token")
    | {EventKind.DATA_FETCH_REQUESTED, EventKind.DATA_USED, EventKind.DATA_REFUSED},
    OrganisationKind.REGULATOR: frozenset(),
    OrganisationKind.OPERATOR: frozenset(),
}


def named_in(event: Event) -> set[UUID]:
    """The organisations that the event itself names."""
    found = {str(event.payload[key]) for key in _NAMED if event.payload.get(key) is not None}
    kind, _, number = event.subject.partition(":")
    if kind in _ORGANISATIONS:
        found.add(number)
    # A changed entry may name anything; it shall not keep later ones from their parties.
    return {UUID(one) for one in found if ID.allows(one)}


def hands_on(subject: str) -> bool:
    """Whether later events about this thing have the same parties."""
    return subject.partition(":")[0] in _SHARED


def subjects_of(events: Iterable[Event]) -> set[str]:
    """The things whose earlier parties have to be known."""
    return {event.subject for event in events if hands_on(event.subject)}
