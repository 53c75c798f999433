"""A firm hears of a payment before it is collected."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from portal.applications.telling import tell_firm
from portal.core.actor import SystemActor
from portal.servicing.loans import account_of
from portal.servicing.models import Loan
from portal.servicing.transitions import LoanStatus

DAYS_BEFORE: Final = 3
BATCH: Final = 200


@transaction.atomic(durable=True)
def remind_of_payments(_actor: SystemActor, *, day: date) -> int:
    """Write to the firms of up to 200 loans of which a payment falls due within three days.

    Once for each due date, however often this runs. Not while something is due already: of that
    they were told. Returns how many loans it looked at.
    """
    soon = Loan.objects.filter(
        Q(reminded_for__isnull=True) | ~Q(reminded_for=F("next_look_on")),
        status=LoanStatus.ACTIVE,
        next_look_on__gt=day,
        next_look_on__lte=day + timedelta(days=DAYS_BEFORE),
    )
    held = soon.select_for_update(no_key=True, of=("self",), skip_locked=True)
    loans = list(held.select_related("application").order_by("next_look_on", "id")[:BATCH])
    for loan in loans:
        if not account_of(loan, day=day).claims:
            tell_firm(loan.application, "loan_due_soon")
        loan.reminded_for = loan.next_look_on
        loan.save(update_fields=["reminded_for"])
    return len(loans)
