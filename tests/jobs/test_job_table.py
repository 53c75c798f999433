"""The job table: work exists exactly when its cause does, and is done by one worker at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from django.utils import timezone

from portal.core.jobs import Cancelled, Job, Retry
from portal.jobs import lease, registry
from portal.jobs.dispatch import dispatch_due, sweep
from portal.jobs.enqueue import enqueue
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.queries import job_for
from portal.jobs.registry import JobRun
from portal.jobs.tasks import run_leased

pytestmark = pytest.mark.django_db(transaction=True)


def asked(**more: object) -> UUID:
    with transaction.atomic():
        return enqueue(Job.CHECK_LEDGER, subject=f"ledger:{uuid4()}", **more)  # type: ignore[arg-type]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Callable[[registry.Handler], None]:
    def put(function: registry.Handler) -> None:
        monkeypatch.setitem(registry._HANDLERS, Job.CHECK_LEDGER, function)

    return put


def attempt(job_id: UUID) -> JobRow:
    JobRow.objects.filter(id=job_id).update(due_at=timezone.now())
    row = lease.take(job_id)
    assert row is not None
    run_leased(row)
    return JobRow.objects.get(id=job_id)


def test_asking_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        enqueue(Job.CHECK_LEDGER, subject="ledger:main")


def test_a_rolled_back_cause_leaves_no_job() -> None:
    subject = f"ledger:{uuid4()}"
    with transaction.atomic():
        enqueue(Job.CHECK_LEDGER, subject=subject)
        transaction.set_rollback(True)
    assert job_for(subject, Job.CHECK_LEDGER) is None


def test_the_same_key_asks_once() -> None:
    key = str(uuid4())
    assert asked(key=key) == asked(key=key)


def dispatch_all() -> list[UUID]:
    """Send everything due, batch by batch: other tests have left jobs too."""
    sent: list[UUID] = []
    while dispatch_due(lambda found, queue: sent.append(found)):
        pass
    return sent


def test_due_jobs_are_sent_once() -> None:
    job_id = asked()
    sent = dispatch_all() + dispatch_all()
    assert sent.count(job_id) == 1


def test_a_broker_that_refuses_loses_nothing() -> None:
    job_id = asked()

    def refuse(found: UUID, queue: str) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        dispatch_due(refuse)
    assert JobRow.objects.get(id=job_id).status == JobStatus.QUEUED


def test_a_message_lost_by_the_broker_is_sent_again() -> None:
    job_id = asked()
    assert job_id in dispatch_all()
    JobRow.objects.filter(id=job_id).update(dispatched_at=timezone.now() - timedelta(minutes=1))
    sweep()
    assert JobRow.objects.get(id=job_id).status == JobStatus.QUEUED


@pytest.mark.parametrize(("sends", "patience"), [(1, 20), (2, 40), (5, 320), (7, 1280), (9, 1280)])
def test_a_message_sent_again_is_waited_for_twice_as_long(sends: int, patience: int) -> None:
    """A backlog that is only slow must not be sent anew every twenty seconds."""
    job_id = asked()
    dispatch_all()
    for seconds, status in (
        (patience - 5, JobStatus.DISPATCHED),
        (patience + 1, JobStatus.QUEUED),
    ):
        sent_at = timezone.now() - timedelta(seconds=seconds)
        JobRow.objects.filter(id=job_id).update(dispatched_at=sent_at, sends=sends)
        sweep()
        assert JobRow.objects.get(id=job_id).status == status


def test_each_sending_counts_until_a_worker_begins() -> None:
    job_id = asked()
    for expected in (1, 2):
        assert job_id in dispatch_all()
        row = JobRow.objects.get(id=job_id)
        assert row.sends == expected
        row.status = JobStatus.QUEUED
        row.save()
    lease.take(job_id)
    assert JobRow.objects.get(id=job_id).sends == 0


def test_a_dead_workers_job_goes_to_another_and_the_dead_one_changes_nothing() -> None:
    job_id = asked()
    dead = lease.take(job_id)
    assert dead is not None
    JobRow.objects.filter(id=job_id).update(leased_until=timezone.now() - timedelta(seconds=1))
    sweep()
    alive = lease.take(job_id)
    assert alive is not None
    with pytest.raises(lease.LeaseLost):
        lease.mark_step(dead, "scored")
    lease.finish(dead, JobStatus.DONE)
    assert JobRow.objects.get(id=job_id).status == JobStatus.RUNNING
    assert alive.attempts == 2


def test_the_last_attempts_death_is_a_failure() -> None:
    job_id = asked()
    assert lease.take(job_id) is not None
    JobRow.objects.filter(id=job_id).update(
        attempts=lease.MAX_ATTEMPTS, leased_until=timezone.now() - timedelta(seconds=1)
    )
    sweep()
    assert JobRow.objects.get(id=job_id).status == JobStatus.FAILED


def _takers(job_id: UUID, take: Callable[[UUID], object], count: int = 6) -> int:
    """How many of ``count`` simultaneous workers got the job."""
    ready, got = threading.Barrier(count), []

    def worker() -> None:
        try:
            connections["default"].ensure_connection()
            ready.wait()
            got.append(take(job_id))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(1 for row in got if row)


def test_one_of_many_workers_gets_the_job() -> None:
    assert _takers(asked(), lease.take) == 1


def test_control_without_the_lock_several_get_it() -> None:
    def careless(job_id: UUID) -> bool:
        seen = JobRow.objects.filter(id=job_id, status=JobStatus.QUEUED).exists()
        threading.Event().wait(0.1)
        if seen:
            JobRow.objects.filter(id=job_id).update(status=JobStatus.DISPATCHED)
        return seen

    assert _takers(asked(), careless) > 1


def test_steps_show_at_once_and_done_is_done(handler: Callable[[registry.Handler], None]) -> None:
    seen: list[tuple[str, ...]] = []

    def work(run: JobRun) -> None:
        run.step("read")
        view = job_for(run.subject, Job.CHECK_LEDGER)
        assert view is not None
        seen.append(view.steps)

    handler(work)
    job_id = asked()
    assert attempt(job_id).status == JobStatus.DONE
    assert seen == [("read",)]
    assert lease.take(job_id) is None


def test_a_failing_handler_is_tried_again_then_failed(
    handler: Callable[[registry.Handler], None],
) -> None:
    def broken(run: JobRun) -> None:
        raise ValueError("no such sheet")

    handler(broken)
    job_id = asked()
    for _ in range(lease.MAX_ATTEMPTS - 1):
        assert attempt(job_id).status == JobStatus.QUEUED
    ended = attempt(job_id)
    assert ended.status == JobStatus.FAILED
    assert "no such sheet" in ended.error


def test_not_now_costs_no_attempt_and_lost_ground_ends_it(
    handler: Callable[[registry.Handler], None],
) -> None:
    def later(run: JobRun) -> None:
        raise Retry(5, "authority busy")

    handler(later)
    job_id = asked()
    row = attempt(job_id)
    assert (row.status, row.attempts) == (JobStatus.QUEUED, 0)

    def ended(run: JobRun) -> None:
        raise Cancelled("consent_withdrawn")

    handler(ended)
    row = attempt(job_id)
    assert (row.status, row.error) == (JobStatus.CANCELLED, "consent_withdrawn")
