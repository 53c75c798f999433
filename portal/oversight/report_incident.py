"""Somebody says that an incident was reported: to whom, when, under which number."""

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
def report_incident(actor: Actor, *, incident_id: UUID, note: str) -> Incident:
    """Stop the clock of an open incident; the note stays with it, its digest on the ledger.

    NotAllowed for anybody but the regulator's and the operator's people, InvalidTransition unless
    it is open, RuleBroken for an empty or overlong note.
    """
    require(actor, Permission.INCIDENT_REPORT)
    incident = lock_incident(actor, incident_id)
    check_move(incident.status, Status.REPORTED)
    incident.report_note = check_note(note)
    incident.status = Status.REPORTED
    incident.reported_by, incident.reported_at = actor.person_id, timezone.now()
    incident.save(update_fields=["status", "report_note", "reported_by", "reported_at"])
    record(
        EventKind.INCIDENT_REPORTED,
        actor=actor.ref,
        subject=incident.ref,
        payload={"text_digest": incident.digest_of(incident.report_note)},
    )
    return incident
