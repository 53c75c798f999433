"""A firm takes its application back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor


@transaction.atomic(durable=True)
def withdraw_application(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """End an application that the bank has not decided; from then on the bank sees no score.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    once it is decided or withdrawn.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    check_move(application.status, Status.WITHDRAWN)
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
