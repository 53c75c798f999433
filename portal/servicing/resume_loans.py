"""Work that a loan waits for and that nobody has any more is asked for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.jobs.models import OPEN as WAITING
from portal.jobs.models import JobRow
from portal.servicing.models import Loan, MoneyOrder, OrderState
from portal.servicing.transitions import LoanStatus

# A job that has just failed is left alone so long.
PAUSE: Final = timedelta(minutes=10)
BATCH: Final = 200


@transaction.atomic(durable=True)
def resume_loans(_actor: SystemActor) -> int:
    """Ask anew for every step whose job ended without having done it; returns how many.

    An order that was asked for or sent, a loan that was paid out or paid back: each has a job until
    the next state. A job that failed for good, or was lost, leaves it standing; here it goes on.
    Asked for twice at once it is asked for once: the rows are held. Orders that were stopped are
    left to people.
    """
    orders = MoneyOrder.objects.filter(state__in=[OrderState.ASKED, OrderState.SENT])
    disbursed = Loan.objects.filter(status=LoanStatus.DISBURSED)
    settled = Loan.objects.filter(status=LoanStatus.SETTLED)
    return (
        _resume(orders, Job.MOVE_MONEY, "order")
        + _resume(disbursed, Job.BEGIN_LOAN, "loan")
        + _resume(settled, Job.CLOSE_LOAN, "loan")
    )


def _resume(rows: QuerySet[Loan] | QuerySet[MoneyOrder], job: Job, word: str) -> int:
    subject = Concat(Value(f"{word}:"), Cast("id", CharField()))
    alive = JobRow.objects.filter(
        Q(status__in=WAITING) | Q(created_at__gt=timezone.now() - PAUSE),
        subject=OuterRef("job_subject"),
        name=job,
    )
    left = rows.annotate(job_subject=subject).filter(~Exists(alive)).order_by("id")
    held = left.select_for_update(no_key=True, of=("self",), skip_locked=True)
    found = list(held.values_list("id", flat=True)[:BATCH])
    for row_id in found:
        enqueue(job, subject=f"{word}:{row_id}")
    return len(found)
