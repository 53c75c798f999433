"""A second factor came or went: on the ledger, in the activity log, and by mail to its owner."""

from __future__ import annotations

from typing import Final

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.activity import Activity, note_activity
from portal.accounts.mail import queue_mail_to
from portal.core.actor import Actor
from portal.signer.visitors import Person

_ACTIVITIES: Final = {
    EventKind.SECOND_FACTOR_ENROLLED: Activity.SECOND_FACTOR_ENROLLED,
    EventKind.SECOND_FACTOR_REMOVED: Activity.SECOND_FACTOR_REMOVED,
}


def tell_of_factor(
    kind: EventKind, *, person: Person, method: str, message: str, **values: str
) -> None:
    """Write down that a factor of this method was set up or removed, within the transaction.

    The mail goes to the registered address: whoever did not do this learns of it.
    """
    record(kind, actor=person.ref, subject=person.ref, payload={"method": method})
    note_activity(
        Actor(person.id, person.real_name),
        _ACTIVITIES[kind],
        subject=person.ref,
        detail={"method": method},
    )
    queue_mail_to(
        person.email, message=message, subject=person.ref, language=person.language, **values
    )
