"""Something no longer holds: it is written down, and a clock starts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.oversight.models import TIME_TO_REPORT, Cause, Incident, Status
from portal.oversight.telling import tell_overseers


@transaction.atomic(durable=True)
def open_incident(
    actor: SystemActor, *, cause: Cause, place: int | None = None, detail: str = ""
) -> Incident:
    """Open the incident of this cause, and tell the regulator's and the operator's people.

    While one of the cause is not closed, nothing is added: that one is returned.
    """
    now = timezone.now()
    due_at = now + TIME_TO_REPORT
    fresh = Incident(cause=cause, place=place, detail=detail, opened_at=now, due_at=due_at)
    # ON CONFLICT DO NOTHING waits for a concurrent twin to commit, so the look-up below sees it.
    Incident.objects.bulk_create([fresh], ignore_conflicts=True)
    incident = Incident.objects.exclude(status=Status.CLOSED).get(cause=cause)
    if incident.id != fresh.id:
        return incident
    record(
        EventKind.INCIDENT_OPENED,
        actor=actor.ref,
        subject=incident.ref,
        payload={
            "cause": incident.cause,
            "place": incident.place,
            "detail": incident.detail or None,
            "due_at": incident.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )
    tell_overseers(incident)
    return incident
