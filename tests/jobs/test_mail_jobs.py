"""The links in mails: no worker that reads firms' data can read one, or send one to itself."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from tests.gate.parties import login

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
MAKE = (
    "INSERT INTO jobs_job (id, name, queue, subject, payload, status, attempts, due_at, steps,"
    " error, created_at, sends)"
    " VALUES (%s, %s, %s, 'person:x', '{}', 'queued', 0, now(), '[]', '', now(), 0)"
)


@pytest.mark.parametrize("role", ["scorer", "intake"])
def test_a_worker_sees_jobs_but_no_mail(role: str) -> None:
    subject = f"application:{uuid4()}"
    with transaction.atomic():
        for job in (Job.SEND_MESSAGE, Job.SCORE_APPLICATION, Job.FETCH_TAX_DATA):
            enqueue(job, subject=subject, payload={"values": {"token": "secret"}})
    with login(role) as worker:
        seen = worker.execute("SELECT name FROM jobs_job WHERE subject = %s", [subject]).fetchall()
        assert {name for (name,) in seen} == {Job.SCORE_APPLICATION, Job.FETCH_TAX_DATA}
        changed = worker.execute(
            "UPDATE jobs_job SET payload = '{}' WHERE subject = %s AND name = %s",
            [subject, Job.SEND_MESSAGE],
        )
        assert changed.rowcount == 0


@pytest.mark.parametrize("role", ["scorer", "intake", "watchdog"])
def test_a_worker_cannot_ask_for_a_mail(role: str) -> None:
    with login(role) as worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(MAKE, [uuid4(), Job.SEND_MESSAGE, Job.SEND_MESSAGE.queue])


def test_the_signer_can(admin_url: str) -> None:
    job = uuid4()
    with login("signer") as signer:
        signer.execute(MAKE, [job, Job.SEND_MESSAGE, Job.SEND_MESSAGE.queue])
    with psycopg.connect(admin_url) as admin:
        assert admin.execute("SELECT count(*) FROM jobs_job WHERE id = %s", [job]).fetchone() == (
            1,
        )
