"""Asking for the authority's newest status list: by a timer."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def ask_statuses(actor: SystemActor, *, slot: str) -> UUID:
    """Enqueue one fetch; the same ``slot`` asks once."""
    return enqueue(
        Job.FETCH_INVOICE_STATUSES, subject="invoices:statuses", key=f"invoice-statuses:{slot}"
    )
