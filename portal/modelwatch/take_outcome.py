"""A loan that is serviced here says itself what became of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from portal.applications.models import LoanApplication
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.modelwatch.outcome_models import LoanOutcome


@transaction.atomic(durable=True)
def take_outcome(
    _actor: SystemActor,
    *,
    application_id: UUID,
    paid_out_on: date,
    overdue_90_on: date | None = None,
) -> bool:
    """Keep a statement about a loan; whether it says something new.

    Of one that was ever stated as overdue for 90 days an older statement adds nothing. Refuses
    (NotFound) an unknown application.
    """
    case = LoanApplication.objects.filter(id=application_id).first()
    if case is None:
        raise NotFound(code="application_missing")
    said = LoanOutcome.objects.filter(application_id=application_id, paid_out_on=paid_out_on)
    if said.filter(overdue_90_on=overdue_90_on).exists() or (
        overdue_90_on is None and said.exists()
    ):
        return False
    LoanOutcome.objects.create(
        application_id=application_id,
        bank_id=case.bank_id,
        paid_out_on=paid_out_on,
        overdue_90_on=overdue_90_on,
    )
    return True
