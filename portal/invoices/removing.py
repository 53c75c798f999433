"""Taking an attachment away, with everything that hangs on it; in the caller's transaction."""

from __future__ import annotations

from uuid import UUID

from portal.core.errors import NotFound
from portal.invoices.models import Attachment, Claim, SealedFile


def remove(attachment_id: UUID, *, application_id: UUID) -> str:
    """Forget an invoice of this application; the digest of its file. NotFound for any other."""
    found = Attachment.objects.filter(id=attachment_id, application_id=application_id)
    attachment = found.select_for_update().first()
    if attachment is None:
        raise NotFound(code="invoice_not_found")
    Claim.objects.filter(attachment_id=attachment.id).delete()
    SealedFile.objects.filter(attachment_id=attachment.id).delete()
    found.delete()
    return attachment.sha256
