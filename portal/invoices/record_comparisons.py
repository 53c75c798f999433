"""How attached invoices compared with the records, once one use of a consent has looked."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from portal.consents.publishing import require_live
from portal.core.actor import SystemActor
from portal.invoices.checking.comparison import Comparison
from portal.invoices.models import Attachment, SealedFile
from portal.invoices.recording import record_answer


@transaction.atomic(durable=True)
def record_comparisons(
    actor: SystemActor, *, consent_id: UUID, found: Mapping[UUID, Comparison]
) -> None:
    """Keep and record each answer, and erase the file it was found with; once.

    Holds the consent live until the commit: ConsentRefused when it has been stopped meanwhile,
    and then nothing is kept.
    """
    require_live(consent_id)
    waiting = Attachment.objects.filter(id__in=list(found), comparison=Comparison.WAITING)
    for attachment in waiting.select_for_update(no_key=True).order_by("id"):
        attachment.comparison = found[attachment.id]
        attachment.save(update_fields=["comparison"])
        record_answer(actor.ref, attachment)
    SealedFile.objects.filter(attachment_id__in=list(found)).delete()
