"""A consent that runs out or loses its key tells nobody by itself: the watchdog does the rest."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from portal.consents.stopping import follow_up
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


def note_ends(*, using: str = "default") -> int:
    """Note every request and consent that has ended by itself, once; the number of consents.

    Expiries, and consents that no new legal representative confirmed in time, are put on the
    ledger; a revoked key's ends stand there already. Each consent's end is followed up as any
    other's. For the watchdog's log-in. What the end means doesn't wait for this: the gate goes by
    time and by the revoked keys, and what awaits a confirmation is paused.
    """
    with transaction.atomic(using=using, durable=True):
        _noted("SELECT gate.note_expired_requests()", using)
        expired = _noted("SELECT consent, application FROM gate.note_expired()", using)
        by_key = _noted("SELECT consent, application FROM gate.note_key_ends()", using)
        unconfirmed = _noted("SELECT consent, application FROM gate.note_unconfirmed()", using)
        for person_id, firm_id in _noted("SELECT person, firm FROM gate.note_mandates()", using):
            _tell_run_out(person_id, firm_id, using=using)
        for consent_id, application_id in expired:
            # The authority has the day in its copy of the document.
            follow_up(
                consent_id,
                application_id=application_id,
                tells_authority=False,
                erases=False,
                using=using,
            )
        for consent_id, application_id in by_key:
            follow_up(consent_id, application_id=application_id, erases=False, using=using)
        for consent_id, application_id in unconfirmed:
            follow_up(consent_id, application_id=application_id, using=using)
    return len(expired) + len(by_key) + len(unconfirmed)


def _tell_run_out(person_id: UUID, firm_id: UUID | None, *, using: str) -> None:
    enqueue(
        Job.TELL_MANDATE_ENDED,
        subject=f"firm:{firm_id}",
        payload={
            "people": [str(person_id)],
            "consents": [],
            "by": "system:watchdog",
            "message": "mandate_ran_out",
        },
        using=using,
    )


def _noted(query: str, using: str) -> list[tuple[UUID, UUID | None]]:
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
