"""Incidents as the system opens them; one at a time for each cause."""

from __future__ import annotations

from portal.core.actor import Actor, SystemActor
from portal.oversight.close_incident import close_incident
from portal.oversight.models import Cause, Incident, Status
from portal.oversight.open_incident import open_incident
from portal.oversight.report_incident import report_incident

SYSTEM = SystemActor("test")


def opened(cause: Cause, *, place: int | None = None, detail: str = "") -> Incident:
    """The incident of this cause: a new one, or the one that another test left."""
    return open_incident(SYSTEM, cause=cause, place=place, detail=detail)


def settle(actor: Actor, cause: Cause) -> None:
    """Let nothing of this cause stand: report and close what another test left."""
    for incident in Incident.objects.unclosed().filter(cause=cause):
        if incident.status == Status.OPEN:
            report_incident(actor, incident_id=incident.id, note="By telephone, number 7.")
        close_incident(actor, incident_id=incident.id, note="A test of another page.")
