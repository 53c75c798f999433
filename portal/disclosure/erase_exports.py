"""Files that lay ready for two weeks are erased."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.disclosure.models import KEPT, Disclosure, DisclosureFile

BATCH: Final = 100


@transaction.atomic(durable=True)
def erase_exports(actor: SystemActor) -> int:
    """Erase up to ``BATCH`` of them; returns how many."""
    now = timezone.now()
    due = Disclosure.objects.filter(made_at__lte=now - KEPT, erased_at=None).order_by("id")
    found = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for disclosure in found:
        DisclosureFile.objects.filter(disclosure=disclosure).delete()
        disclosure.erased_at = now
        disclosure.save(update_fields=["erased_at"])
        record(EventKind.DISCLOSURE_ERASED, actor=actor.ref, subject=disclosure.ref, payload={})
    return len(found)
