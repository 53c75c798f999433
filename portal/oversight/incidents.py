"""The only ways to incidents: same answer for absent and for somebody who may not see any."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from portal.core.paging import Page, Place, newest_first
from portal.oversight.models import NOTE_LIMIT, Incident


def incident_for(actor: Actor, incident_id: UUID) -> Incident:
    """One incident; NotFound unless it is visible to the actor."""
    return _present(Incident.objects.visible_to(actor).filter(id=incident_id).first())


def lock_incident(actor: Actor, incident_id: UUID) -> Incident:
    """As ``incident_for``, holding the row until the transaction ends."""
    found = Incident.objects.visible_to(actor).filter(id=incident_id)
    return _present(found.select_for_update(no_key=True).first())


def incidents_for(actor: Actor, *, after: Place | None = None) -> Page[Incident]:
    """A page of all incidents, newest first."""
    return newest_first(Incident.objects.visible_to(actor), "opened_at", after=after)


def unclosed_for(actor: Actor) -> list[Incident]:
    """Those that are open or reported, the most urgent first: one at most for each cause."""
    return list(Incident.objects.visible_to(actor).unclosed().order_by("due_at", "id"))


def check_note(text: str) -> str:
    """The note without surrounding space; refuses (RuleBroken) an empty or overlong one."""
    note = text.strip()
    if not 0 < len(note) <= NOTE_LIMIT:
        raise RuleBroken(_("Write at least one sentence, and no more than 2,000 characters."))
    return note


def _present(incident: Incident | None) -> Incident:
    if incident is None:
        raise NotFound(code="incident_not_found")
    return incident
