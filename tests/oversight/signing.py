"""Entries that a signed state holds, in the ledger that the tests of a worker share."""

from __future__ import annotations

from ledger import queries
from ledger.format.note_keys import Signer
from ledger.kinds import EventKind
from ledger.queries import Entry
from tests.ledger.facts import drain, write


def signed_entry(
    signer: Signer, kind: EventKind = EventKind.APPLICATION_WITHDRAWN, *, subject: str = ""
) -> Entry:
    """An event recorded, numbered and signed."""
    event_id = write(kind, subject=subject)
    drain(signer)
    entry = queries.entry_of_event(event_id)
    assert entry is not None
    return entry
