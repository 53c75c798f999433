"""The clock's check and the button's: what each hashes again, and what the page says of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from ledger.format.note_keys import Signer
from ledger.format.subtrees import WIDTH
from ledger.kinds import EventKind
from ledger.queries import latest_check
from ledger.recording import record
from ledger.timed_check import QUICK_SECONDS
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.oversight.ask_ledger_check import ask_ledger_check
from portal.oversight.tasks import TIMER, check_ledger
from tests.ledger.conftest import signer
from tests.ledger.facts import drain, fresh, payload_of
from tests.personas import People

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SLOW = """
INSERT INTO ledger.chain_check (checked_at, ok, entries, seconds)
SELECT now(), true, max(seq) + 1, %s FROM ledger.entry
"""


def run(job_id: UUID) -> int:
    """Do the job as a worker does; the first entry that was hashed again."""
    job = JobRow.objects.get(id=job_id)
    check_ledger(JobRun(job.id, Job(job.name), job.subject, job.payload, 1, lambda name: None))
    check = latest_check()
    assert check is not None
    assert check.ok
    return check.from_seq


def test_the_clock_checks_what_is_new_and_the_button_everything(
    signer: Signer, people: People, browser_of: Callable[[str], Client]
) -> None:
    kind = EventKind.APPLICATION_WITHDRAWN
    with transaction.atomic():
        for _ in range(WIDTH + 1):
            actor, subject = fresh("person"), fresh("application")
            record(kind, actor=actor, subject=subject, payload=payload_of(kind))
    drain(signer)
    with connection.cursor() as cursor:
        cursor.execute(SLOW, [QUICK_SECONDS + 1])
    page = reverse("regulator:chain")
    assert run(ask_ledger_check(TIMER, slot=fresh("slot"))) >= WIDTH
    shown = browser_of("rita").get(page).content.decode()
    assert "The chain holds: the newest" in shown
    assert "All entries were last hashed again:" in shown
    assert run(ask_ledger_check(people.rita)) == 0
    shown = browser_of("rita").get(page).content.decode()
    assert "The chain holds: all" in shown
    assert "All entries were last hashed again:" not in shown
