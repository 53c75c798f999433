"""A case is given to an officer, or an officer takes one that nobody has."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, may, require
from portal.applications.access import lock_application
from portal.applications.desk import officers_of
from portal.applications.models import LoanApplication
from portal.applications.transitions import UNDECIDED
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound


@transaction.atomic(durable=True)
def assign_case(actor: Actor, *, application_id: UUID, officer_id: UUID) -> LoanApplication:
    """Give an undecided case to an officer of its bank, or to another one than before.

    NotAllowed for an officer unless it is for himself and nobody has the case; NotFound for another
    bank's case or officer, InvalidTransition once the case is decided or withdrawn.
    """
    require(actor, Permission.CASE_WORK)
    application = lock_application(actor, application_id)
    is_own = officer_id == actor.person_id and application.assigned_to_id is None
    if not is_own and not may(actor, Permission.TEAM_LEAD):
        raise NotAllowed(code=Permission.TEAM_LEAD)
    if application.status not in UNDECIDED:
        raise InvalidTransition(_("The case is closed."), code="case_closed")
    if officer_id not in {officer.id for officer in officers_of(application.bank_id)}:
        raise NotFound(code="officer_not_found")
    application.assigned_to_id, application.assigned_at = officer_id, timezone.now()
    application.save(update_fields=["assigned_to", "assigned_at"])
    detail = {"to": f"person:{officer_id}"}
    note_activity(actor, Activity.CASE_ASSIGNED, subject=application.ref, detail=detail)
    return application
