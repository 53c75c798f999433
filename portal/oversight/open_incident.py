"""Something no longer holds: it is written down, and a clock starts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.oversight.models import TIME_TO_REPORT, Cause, Incident
from portal.oversight.telling import tell_overseers

# The ledger's counts have 15 digits. Who names a larger size lies, and shall not keep the incident
# from being opened by it.
PLACES = 10**15


@transaction.atomic(durable=True)
def open_incident(
    actor: SystemActor, *, cause: Cause, place: int | None = None, detail: str = ""
) -> Incident:
    """Open the incident of this cause, and tell the regulator's and the operator's people.

    While one of the cause is not closed, nothing is added: that one is returned.
    """
    incident = _fresh(cause, place, detail)
    # ON CONFLICT DO NOTHING waits for a concurrent twin to commit, so the look-up below sees it.
    Incident.objects.bulk_create([incident], ignore_conflicts=True)
    if not Incident.objects.filter(id=incident.id).exists():
        # The twin may have been closed meanwhile: it is the latest all the same.
        return Incident.objects.filter(cause=cause).latest("opened_at")
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


def _fresh(cause: Cause, place: int | None, detail: str) -> Incident:
    if place is not None and place >= PLACES:
        place = None
    now = timezone.now()
    due_at = now + TIME_TO_REPORT
    return Incident(cause=cause, place=place, detail=detail, opened_at=now, due_at=due_at)
