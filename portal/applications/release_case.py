"""An officer puts a case back, so that a colleague can take it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, may, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.errors import NotAllowed


@transaction.atomic(durable=True)
def release_case(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """Leave a case to nobody; one that nobody has stays as it is.

    NotAllowed for an officer who does not have the case (a lead may release any), NotFound for
    another bank's.
    """
    require(actor, Permission.CASE_WORK)
    application = lock_application(actor, application_id)
    if application.assigned_to_id is None:
        return application
    if application.assigned_to_id != actor.person_id and not may(actor, Permission.TEAM_LEAD):
        raise NotAllowed(code=Permission.TEAM_LEAD)
    application.assigned_to, application.assigned_at = None, None
    application.save(update_fields=["assigned_to", "assigned_at"])
    note_activity(actor, Activity.CASE_RELEASED, subject=application.ref)
    return application
