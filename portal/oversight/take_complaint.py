"""Somebody takes a complaint that nobody has."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.oversight.complaint_models import Complaint, ComplaintStatus
from portal.oversight.complaints import lock_complaint


@transaction.atomic(durable=True)
def take_complaint(actor: Actor, *, complaint_id: UUID) -> Complaint:
    """Say that the actor is at work on it; of two who take it at once the first has it.

    NotAllowed for anybody but the operator's people, NotFound for none, InvalidTransition once
    somebody has it or it has ended.
    """
    require(actor, Permission.COMPLAINT_ANSWER)
    complaint = lock_complaint(actor, complaint_id)
    if complaint.status != ComplaintStatus.OPEN:
        raise InvalidTransition(
            _("Somebody has taken this complaint already, or it has ended."),
            code="complaint_not_open",
        )
    complaint.status = ComplaintStatus.IN_WORK
    complaint.taken_by, complaint.taken_at = actor.person_id, timezone.now()
    complaint.save(update_fields=["status", "taken_by", "taken_at"])
    record(EventKind.COMPLAINT_TAKEN, actor=actor.ref, subject=complaint.ref, payload={})
    return complaint
