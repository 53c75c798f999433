"""The records of an approved request are put together, once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.core.jobs import Retry
from portal.disclosure.acts import is_listed
from portal.disclosure.models import Disclosure, DisclosureFile, Status
from portal.disclosure.packing import packed
from portal.disclosure.telling import tell_deciders

NOT_YET: Final = 1.0


@transaction.atomic(durable=True)
def make_export(actor: SystemActor, *, disclosure_id: UUID) -> None:
    """Make and keep the file; asked again it does nothing.

    Raises `Retry` until the approval itself has come on the ledger's lists, and so what was
    recorded before it. Refuses (RuleBroken, ledger_altered) where the ledger no longer holds.
    """
    found = Disclosure.objects.filter(id=disclosure_id, status=Status.APPROVED, made_at=None)
    disclosure = found.select_for_update(no_key=True).first()
    if disclosure is None:
        return
    if not is_listed(disclosure):
        raise Retry(NOT_YET, "the approval is not on the ledger's lists yet")
    now = timezone.now()
    file = packed(disclosure, made_at=now.isoformat())
    DisclosureFile.objects.create(disclosure=disclosure, content=file.content)
    disclosure.made_at, disclosure.manifest_digest = now, file.manifest_sha256
    disclosure.row_count, disclosure.entry_count = file.row_count, file.entry_count
    disclosure.save(update_fields=["made_at", "manifest_digest", "row_count", "entry_count"])
    record(
        EventKind.DISCLOSURE_EXPORTED,
        actor=actor.ref,
        subject=disclosure.ref,
        payload={
            "rows": file.row_count,
            "entries": file.entry_count,
            "manifest_sha256": file.manifest_sha256,
        },
    )
    tell_deciders(disclosure)
