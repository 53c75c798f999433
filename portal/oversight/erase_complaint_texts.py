"""The words of complaints are forgotten, some years after they ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.oversight.complaint_models import Complaint

BATCH: Final = 100
# As long as records of sharing and of assessments have to be kept.
KEPT: Final = timedelta(days=3 * 365 + 1)


@transaction.atomic(durable=True)
def erase_complaint_texts(actor: SystemActor) -> int:
    """Erase the texts of up to ``BATCH`` such complaints, and the keys of what the ledger has.

    Returns how many. One that somebody is at work on waits for the next time.
    """
    now = timezone.now()
    due = Complaint.objects.filter(erased_at=None, ended_at__lte=now - KEPT).order_by("id")
    found = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for complaint in found:
        complaint.words, complaint.statement, complaint.answer = "", "", ""
        complaint.key = b""
        complaint.erased_at = now
        complaint.save(update_fields=["words", "statement", "answer", "key", "erased_at"])
        record(EventKind.COMPLAINT_TEXTS_ERASED, actor=actor.ref, subject=complaint.ref, payload={})
    return len(found)
