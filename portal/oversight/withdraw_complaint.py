"""A firm takes its complaint back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.oversight.complaint_models import Complaint, ComplaintStatus
from portal.oversight.complaints import check_waiting, lock_complaint


@transaction.atomic(durable=True)
def withdraw_complaint(actor: Actor, *, complaint_id: UUID) -> Complaint:
    """End a complaint that waits for its answer; it stays on record.

    NotAllowed for anybody who may not act for a firm, NotFound for another firm's,
    InvalidTransition once it has ended.
    """
    require(actor, Permission.COMPLAINT_FILE)
    complaint = lock_complaint(actor, complaint_id)
    check_waiting(complaint)
    complaint.status = ComplaintStatus.WITHDRAWN
    complaint.ended_by, complaint.ended_at = actor.person_id, timezone.now()
    complaint.save(update_fields=["status", "ended_by", "ended_at"])
    record(EventKind.COMPLAINT_WITHDRAWN, actor=actor.ref, subject=complaint.ref, payload={})
    return complaint
