"""A consent that runs out tells nobody by itself: it is put on record, and the firm is told."""

from __future__ import annotations

from django.db import connections, transaction

from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


def note_expired(*, using: str = "default") -> int:
    """Put every request and consent that has run out on the ledger, once; the number of consents.

    For the watchdog's log-in. What the expiry means doesn't wait for this: the gate goes by time.
    """
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT * FROM gate.note_expired()")
            expired = [row[0] for row in cursor.fetchall()]
        for consent_id in expired:
            for job in (Job.TELL_CONSENT_ENDED, Job.ERASE_FEATURES):
                enqueue(job, subject=f"consent:{consent_id}", using=using)
    return len(expired)
