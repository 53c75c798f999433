"""The words of questions and answers are forgotten, some years after a case came to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.models import LoanApplication, Question
from portal.applications.transitions import Status
from portal.core.actor import SystemActor

BATCH: Final = 100
# As long as records of sharing and of assessments have to be kept.
KEPT: Final = timedelta(days=3 * 365 + 1)
OVER: Final = (Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)


@transaction.atomic(durable=True)
def erase_case_texts(actor: SystemActor) -> int:
    """Erase the texts of up to ``BATCH`` such cases, and the keys of what the ledger has of them.

    Returns how many cases. One that somebody is at work on waits for the next time, and so does
    a case with a question younger than `KEPT`.
    """
    now = timezone.now()
    due = Question.objects.filter(erased_at=None, asked_at__lte=now - KEPT)
    young = Question.objects.filter(asked_at__gt=now - KEPT)
    cases = LoanApplication.objects.filter(status__in=OVER, id__in=due.values("application_id"))
    waiting = cases.exclude(id__in=young.values("application_id")).order_by("id")
    found = list(waiting.select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH])
    for case in found:
        erased = case.questions.filter(erased_at=None).update(
            text="", answer="", key=b"", erased_at=now
        )
        record(
            EventKind.CASE_TEXTS_ERASED,
            actor=actor.ref,
            subject=case.ref,
            payload={"questions": erased},
        )
    return len(found)
