"""Files that nothing has compared for too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.invoices.checking.comparison import Comparison
from portal.invoices.models import Attachment, SealedFile
from portal.invoices.recording import record_answer

KEPT_DAYS: Final = 30  # as long as records under a consent for a loan decision


@transaction.atomic(durable=True)
def erase_files(actor: SystemActor) -> int:
    """Erase sealed files older than KEPT_DAYS; their invoices are not compared any more. How many.

    They are left by drafts that were never sent, and by applications that never had a score.
    """
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    waiting = Attachment.objects.filter(comparison=Comparison.WAITING, attached_at__lt=before)
    rows = list(waiting.select_for_update(no_key=True).order_by("id"))
    for attachment in rows:
        attachment.comparison = Comparison.NOT_COMPARED
        attachment.save(update_fields=["comparison"])
        record_answer(actor.ref, attachment)
    SealedFile.objects.filter(attachment_id__in=[row.id for row in rows]).delete()
    return len(rows)
