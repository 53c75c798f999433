"""A firm takes its application back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.cooling_off import check_not_bound
from portal.applications.models import LoanApplication
from portal.applications.telling import tell_case_workers
from portal.applications.transitions import AGREED, Status, check_move
from portal.applications.withdrawing import Because, end_application
from portal.core.actor import Actor

_TOLD = AGREED | {Status.OFFERED}


@transaction.atomic(durable=True)
def withdraw_application(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """End an application, let its offer go, or go back on an accepted one within its days.

    The bank sees no score then but a frozen one; where it has made an offer, it is told.
    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    once it is declined, expired or withdrawn, or its offer signed but not yet carried out,
    RuleBroken when the days to change one's mind are over.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    check_move(application.status, Status.WITHDRAWN)
    check_not_bound(application)
    before = application.status
    end_application(actor, application, Because.COOLING_OFF if before in AGREED else None)
    if before in _TOLD:
        tell_case_workers(application, "application_withdrawn")
    return application
