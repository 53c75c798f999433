"""A firm takes its application back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import AGREED, Status, check_move
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


@transaction.atomic(durable=True)
def withdraw_application(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """End an application, or let its offer go; the bank sees no score then but a frozen one.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    once it is declined, expired, agreed on or withdrawn.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    check_move(application.status, Status.WITHDRAWN)
    if application.status in AGREED:
        raise InvalidTransition(code=f"application_{application.status}_to_{Status.WITHDRAWN}")
    application.status = Status.WITHDRAWN
    application.action_reason = ""
    application.save(update_fields=["status", "action_reason"])
    record(
        EventKind.APPLICATION_WITHDRAWN,
        actor=actor.ref,
        subject=application.ref,
        payload={},
    )
    return application
