"""A bank sets how much one of its people may approve."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.approval_models import ApprovalLimit
from portal.applications.limit_queries import deciders
from portal.applications.limits import Limits, check_limits
from portal.core.actor import Actor
from portal.core.errors import NotAllowed, NotFound


@transaction.atomic(durable=True)
def set_approval_limit(actor: Actor, *, person_id: UUID, limits: Limits) -> ApprovalLimit:
    """Hold from the next decision on; a second approval that is pending asks for it anew.

    NotAllowed without the right to approve as the second and for one's own limits, NotFound for
    somebody who doesn't decide at the actor's bank, RuleBroken for limits out of range.
    """
    require(actor, Permission.APPLICATION_APPROVE)
    if person_id == actor.person_id:
        raise NotAllowed(code="own_limit")
    bank_id = actor.organisation_id
    if bank_id is None or not deciders(bank_id).filter(user_id=person_id).exists():
        raise NotFound(code="person_not_found")
    check_limits(limits)
    limit, _is_new = ApprovalLimit.objects.update_or_create(
        bank_id=bank_id,
        person_id=person_id,
        defaults={
            "alone_fen": limits.alone_fen,
            "second_fen": limits.second_fen,
            "set_by": actor.person_id,
            "set_at": timezone.now(),
        },
    )
    record(
        EventKind.APPROVAL_LIMIT_SET,
        actor=actor.ref,
        subject=f"person:{person_id}",
        payload={
            "bank": str(bank_id),
            "alone_fen": limits.alone_fen,
            "second_fen": limits.second_fen,
        },
    )
    return limit
