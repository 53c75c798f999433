"""A complaint that nobody answered in time is told once to whoever answers or watches."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.oversight.complaint_models import Complaint
from portal.oversight.telling import tell_of_overdue


@transaction.atomic(durable=True)
def remind_of_overdue(_actor: SystemActor) -> None:
    """Write to operator and regulator of each complaint whose 20 days are over, once."""
    overdue = Complaint.objects.waiting().filter(answer_by__lt=timezone.now())
    for complaint in overdue.iterator():
        tell_of_overdue(complaint)
