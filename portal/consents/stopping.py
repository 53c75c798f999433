"""What every end of a consent has in common: the gate's row, the reaper, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import OperationalError, connections, transaction
from psycopg.errors import LockNotAvailable

from portal.consents.events_told import Told, tell_later
from portal.consents.gate_errors import gate_refusals
from portal.consents.queries import ConsentView
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor, SystemActor
from portal.core.errors import InvalidTransition
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


class Stop(StrEnum):
    WITHDRAW = "withdraw"
    RELEASE = "release"
    PAUSE = "pause"


def stop(
    actor: Actor | SystemActor, consent: ConsentView, kind: Stop, *, keeps_records: bool = False
) -> None:
    """Commit the stop, then end the readers it leaves behind.

    With ``keeps_records`` what was fetched stays, sealed, for the storage time that was signed.
    """
    ending(
        consent.id,
        commit=lambda: _commit_stop(actor, consent, kind, keeps_records=keeps_records),
    )


def ending(*consent_ids: UUID, commit: Callable[[], None], using: str = "default") -> None:
    """Run the transaction that ends consents, whoever holds it up, then end their readers."""
    try:
        commit()
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        # Somebody has been publishing under it for seconds: the firm's word goes first.
        for consent_id in consent_ids:
            _call("SELECT reaper.evict_publishers(%s)", consent_id, using=using)
        commit()
    # After the commit: before it the readers are still in order.
    _call("SELECT reaper.evict()", using=using)


def follow_up(
    consent_id: UUID,
    *,
    application_id: UUID | None,
    tells_authority: bool = True,
    erases: bool = True,
    using: str = "default",
) -> None:
    """Ask, in the transaction that ends a consent or notes its end, for whatever follows from it.

    A consent ends once, so each of this is asked once.
    """
    jobs = [Job.TELL_CONSENT_ENDED, Job.ERASE_FEATURES]
    if tells_authority:
        jobs.append(Job.NOTIFY_AUTHORITY)
    if erases:
        jobs.append(Job.ERASE_TAX_DATA)
    for job in jobs:
        enqueue(job, subject=f"consent:{consent_id}", using=using)
    look_again(consent_id, application_id=application_id, using=using)


def look_again(consent_id: UUID, *, application_id: UUID | None, using: str = "default") -> None:
    """Have the application looked at again that a consent was made for, or is used by."""
    subject = f"consent:{consent_id}" if application_id is None else f"application:{application_id}"
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, using=using)


@transaction.atomic(durable=True)
def _commit_stop(
    actor: Actor | SystemActor, consent: ConsentView, kind: Stop, *, keeps_records: bool
) -> None:
    with gate_refusals():
        is_changed = _call(
            "SELECT gate.stop(%s, %s, %s, %s)", consent.id, kind, actor.ref, keeps_records
        )
    if not is_changed:
        _check_already(consent.id, kind)
        return
    if kind == Stop.PAUSE:
        tell_later(consent.id, Told.PAUSED)
        look_again(consent.id, application_id=consent.application_id)
    else:
        follow_up(consent.id, application_id=consent.application_id, erases=not keeps_records)


def _check_already(consent_id: UUID, kind: Stop) -> None:
    """Refuse (InvalidTransition) a consent that has meanwhile come to another end.

    One that was superseded hasn't been stopped: a newer one is in force.
    """
    state = _call("SELECT state FROM gate.consent_status WHERE id = %s", consent_id)
    wanted = ConsentState.PAUSED if kind == Stop.PAUSE else ConsentState.WITHDRAWN
    if state != wanted:
        raise InvalidTransition(code=f"consent_{state}")


def _call(query: str, *values: Any, using: str = "default") -> object:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return None if row is None else row[0]
