"""The party learns that records about it were asked for, once it may."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.disclosure.models import Disclosure, Status
from portal.disclosure.telling import tell_party

BATCH: Final = 100


@transaction.atomic(durable=True)
def tell_parties(actor: SystemActor) -> int:
    """Tell the parties of up to ``BATCH`` approved requests whose day has come; how many."""
    now = timezone.now()
    due = Disclosure.objects.filter(status=Status.APPROVED, told_at=None)
    due = due.filter(Q(tell_at=None) | Q(tell_at__lte=now)).order_by("id")
    found = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for disclosure in found:
        disclosure.told_at = now
        disclosure.save(update_fields=["told_at"])
        record(EventKind.DISCLOSURE_TOLD, actor=actor.ref, subject=disclosure.ref, payload={})
        tell_party(disclosure)
    return len(found)
