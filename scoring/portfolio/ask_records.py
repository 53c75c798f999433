"""Records of a firm that a bank watches over, where nothing was fetched for it yet."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.consents.queries import consent_state
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def ask_records(actor: SystemActor, *, consent_id: UUID) -> None:
    """Have the consented months fetched, once for a consent; NotFound for an unknown one."""
    if consent_state(consent_id) is None:
        raise NotFound(code="consent_missing")
    enqueue(
        Job.FETCH_TAX_DATA,
        subject=f"consent:{consent_id}",
        payload={"consent": str(consent_id)},
        key=f"fetch-monitored:{consent_id}",
    )
