"""An officer opens a case: looking at a firm's data is itself on record."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, require
from portal.applications.access import application_for
from portal.applications.look_models import Through
from portal.applications.looking import note_look
from portal.applications.models import LoanApplication
from portal.core.actor import Actor


@transaction.atomic(durable=True)
def open_case(actor: Actor, *, application_id: UUID, address: str = "") -> LoanApplication:
    """Return the case; write the look into the activity log and, once a day, on the ledger.

    The first look marks the case.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's case.
    """
    require(actor, Permission.CASE_VIEW)
    application = application_for(actor, application_id)
    note_activity(actor, Activity.CASE_OPENED, subject=application.ref, address=address)
    note_look(actor, application, Through.PAGE)
    if application.first_opened_at is None:
        unseen = LoanApplication.objects.filter(id=application.id, first_opened_at__isnull=True)
        application.first_opened_at = timezone.now()
        unseen.update(first_opened_at=application.first_opened_at)
    return application
