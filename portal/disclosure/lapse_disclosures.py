"""Requests that nobody decided in time lapse."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.disclosure.models import Disclosure, Status
from portal.disclosure.telling import tell_asker

BATCH: Final = 100


@transaction.atomic(durable=True)
def lapse_disclosures(actor: SystemActor) -> int:
    """End up to ``BATCH`` of them; returns how many. One that is being decided is left."""
    now = timezone.now()
    due = Disclosure.objects.filter(status=Status.WAITING, lapses_at__lte=now).order_by("id")
    found = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for disclosure in found:
        disclosure.status, disclosure.decided_at = Status.LAPSED, now
        disclosure.save(update_fields=["status", "decided_at"])
        record(EventKind.DISCLOSURE_LAPSED, actor=actor.ref, subject=disclosure.ref, payload={})
        tell_asker(disclosure, message="disclosure_lapsed")
    return len(found)
