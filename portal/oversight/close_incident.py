"""The regulator closes an incident, saying what it was."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.oversight.incidents import check_note, lock_incident
from portal.oversight.models import Incident, Status
from portal.oversight.transitions import check_move


@transaction.atomic(durable=True)
def close_incident(actor: Actor, *, incident_id: UUID, note: str) -> Incident:
    """Close a reported incident; only a person does, never a later check that finds nothing.

    NotAllowed for anybody but the regulator's people, InvalidTransition unless it was reported,
    RuleBroken for an empty or overlong note.
    """
    require(actor, Permission.INCIDENT_CLOSE)
    incident = lock_incident(actor, incident_id)
    check_move(incident.status, Status.CLOSED)
    incident.closing_note = check_note(note)
    incident.status = Status.CLOSED
    incident.closed_by, incident.closed_at = actor.person_id, timezone.now()
    incident.save(update_fields=["status", "closing_note", "closed_by", "closed_at"])
    record(
        EventKind.INCIDENT_CLOSED,
        actor=actor.ref,
        subject=incident.ref,
        payload={"text_digest": incident.digest_of(incident.closing_note)},
    )
    return incident
