"""What the ledger hears of an attached invoice: its file's digest and codes, no more."""

from __future__ import annotations

from ledger.kinds import EventKind
from ledger.recording import record
from portal.invoices.models import Attachment


def record_answer(actor_ref: str, attachment: Attachment) -> None:
    """Put the answer as it is now on the ledger, in the caller's transaction."""
    record(
        EventKind.INVOICE_CHECKED,
        actor=actor_ref,
        subject=f"application:{attachment.application_id}",
        payload={
            "document": attachment.sha256,
            "outcome": "refused" if attachment.refusals else "genuine",
            "refusals": ",".join(attachment.refusals),
            "status": attachment.status,
            "comparison": attachment.comparison,
        },
    )
