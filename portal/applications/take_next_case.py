"""An officer takes the case that is due first."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, require
from portal.applications.models import LoanApplication
from portal.applications.sealing import UNDER_LIVE_CONSENT
from portal.applications.transitions import Status
from portal.core.actor import Actor


@transaction.atomic(durable=True)
def take_next_case(actor: Actor) -> LoanApplication | None:
    """Give the officer the bank's most urgent case that nobody has; None when none can be decided.

    Of two officers who ask at once each gets another one: a case that somebody is just being
    given is passed over. NotAllowed for anybody but the bank's staff.
    """
    require(actor, Permission.CASE_WORK)
    found = _most_urgent(actor)
    if found is None:
        return None
    found.assigned_to_id, found.assigned_at = actor.person_id, timezone.now()
    found.save(update_fields=["assigned_to", "assigned_at"])
    note_activity(actor, Activity.CASE_ASSIGNED, subject=found.ref, detail={"to": actor.ref})
    return found


def _most_urgent(actor: Actor) -> LoanApplication | None:
    waiting = LoanApplication.objects.visible_to(actor).filter(
        UNDER_LIVE_CONSENT, status=Status.UNDER_REVIEW, assigned_to__isnull=True
    )
    locked = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return locked.order_by("due_at", "id").first()
