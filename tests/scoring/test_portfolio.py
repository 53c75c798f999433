"""A bank's firms are scored anew: each once, whatever is asked twice or goes wrong for one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from portal.consents.stop_consent import stop_consent
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from scoring.engine.model import shipped_model
from scoring.models import Score
from scoring.portfolio.finish_rescoring import finish_rescoring
from scoring.portfolio.leave_out import leave_out
from scoring.portfolio.models import ItemStatus, PortfolioItem, PortfolioRun, RunStatus
from scoring.portfolio.months import banks_due
from scoring.portfolio.publish_monitored import publish_monitored
from scoring.portfolio.resume_rescoring import resume_rescoring
from scoring.portfolio.start_rescoring import start_rescoring
from scoring.tasks import rescore_monthly
from tests.applications.cases import as_vault_worker
from tests.gate.parties import Parties, new_parties
from tests.outbox import events_about
from tests.scoring.watched import (
    TIMER,
    Watch,
    again,
    item_of,
    jobs_of,
    monitored,
    new_watch,
    unreadable,
    work_off,
    work_once,
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


def uses_of(consent_id: UUID) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gate.use WHERE consent = %s", [consent_id])
        return int(cursor.fetchone()[0])


def test_every_firm_is_scored_once_and_the_run_is_on_the_ledger() -> None:
    watch = new_watch(firms=3)
    run = watch.rescored()
    assert (run.status, run.consents) == (RunStatus.FINISHED, 3)
    assert run.counts == {"scored": 3, "unchanged": 0, "refused": 0, "failed": 0}
    (event,) = events_about(run.ref, kind="portfolio.rescored")
    assert (event["payload"]["consents"], event["payload"]["scored"]) == (3, 3)
    for consent_id in watch.firms:
        score = Score.objects.get(consent_id=consent_id)
        assert (score.application_id, score.purpose) == (None, "monitoring")
        (said,) = events_about(f"consent:{consent_id}", kind="score.monitored")
        assert (said["payload"]["score"], uses_of(consent_id)) == (score.value, 1)


def test_asking_twice_gives_the_run_that_is_on() -> None:
    watch = new_watch(firms=2)
    first, second = watch.started(), watch.started()
    assert first.id == second.id
    assert PortfolioItem.objects.filter(run=first).count() == 2
    assert len(jobs_of(first)) == 1


def test_a_batch_that_comes_again_adds_nothing() -> None:
    watch = new_watch(firms=2)
    run = watch.rescored()
    again(run)
    (consent_id, _other) = watch.firms
    assert Score.objects.filter(consent_id=consent_id).count() == 1
    assert len(events_about(f"consent:{consent_id}", kind="score.monitored")) == 1
    assert len(events_about(run.ref, kind="portfolio.rescored")) == 1
    assert uses_of(consent_id) == 1


def test_a_second_run_of_the_month_is_the_same_use_and_changes_nothing() -> None:
    watch = new_watch(firms=1)
    first, second = watch.rescored(), watch.rescored()
    assert first.id != second.id
    assert second.counts["unchanged"] == 1
    (consent_id,) = watch.firms
    assert uses_of(consent_id) == 1


def test_a_consent_stopped_meanwhile_is_left_out_with_its_code() -> None:
    watch = new_watch(firms=2)
    gone, stays = watch.firms
    run = watch.started()
    stop_consent(watch.firms[gone].actor, consent_id=gone)
    work_off(run)
    item = item_of(run, gone)
    assert (item.status, item.code, item.score_id) == (ItemStatus.REFUSED, "withdrawn", None)
    assert item_of(run, stays).status == ItemStatus.SCORED
    assert not Score.objects.filter(consent_id=gone).exists()


def test_a_bank_without_such_firms_is_told_so() -> None:
    with pytest.raises(RuleBroken) as refused:
        new_watch().started()
    assert refused.value.code == "portfolio_empty"


def test_a_firm_with_too_few_months_gets_no_score_but_an_answer() -> None:
    watch = new_watch()
    consent_id = watch.add(months=3)
    run = watch.rescored()
    assert item_of(run, consent_id).status == ItemStatus.REFUSED
    assert len(events_about(f"consent:{consent_id}", kind="score.not_monitored")) == 1


def test_a_batch_that_failed_leaves_its_firms_out_and_the_run_ends() -> None:
    run = new_watch(firms=2).started()
    JobRow.objects.filter(subject=run.ref).update(status=JobStatus.FAILED)
    resume_rescoring(TIMER, run_id=run.id)
    assert finish_rescoring(TIMER, run_id=run.id)
    run.refresh_from_db()
    assert run.counts == {"scored": 0, "unchanged": 0, "refused": 0, "failed": 2}


def test_a_run_at_work_is_left_alone() -> None:
    run = new_watch(firms=1).started()
    resume_rescoring(TIMER, run_id=run.id)
    assert PortfolioItem.objects.get(run=run).status == ItemStatus.WAITING


def test_each_bank_begins_once_a_month_by_itself() -> None:
    watch = new_watch(firms=1)
    assert watch.bank_id in banks_due()
    rescore_monthly()
    run = PortfolioRun.objects.get(bank_id=watch.bank_id)
    work_off(run)
    rescore_monthly()
    assert watch.bank_id not in banks_due()
    second = start_rescoring(TIMER, bank_id=watch.bank_id, once_a_month=True)
    assert second.id == run.id


def test_a_firm_the_worker_fails_under_does_not_stop_the_rest() -> None:
    watch = new_watch(firms=2)
    bad, good = watch.firms
    unreadable(watch.firms[bad], bad)
    run = watch.rescored()
    assert (item_of(run, bad).status, item_of(run, bad).code) == (ItemStatus.FAILED, "went_wrong")
    assert item_of(run, good).status == ItemStatus.SCORED
    assert run.status == RunStatus.FINISHED


def test_a_firm_without_records_waits_for_them_and_spends_no_use() -> None:
    watch = new_watch(firms=1)
    made = new_parties()
    empty = watch.consented(Parties(made.firm_id, watch.bank_id, made.person_id))
    run = watch.started()
    (job,) = jobs_of(run)
    work_once(job)
    (fetch,) = JobRow.objects.filter(subject=f"consent:{empty}", name=Job.FETCH_TAX_DATA)
    assert fetch.payload == {"consent": str(empty)}
    assert (item_of(run, empty).status, uses_of(empty)) == (ItemStatus.WAITING, 0)
    watch.fetch(empty)
    JobRow.objects.filter(id=job.id).update(due_at=timezone.now())
    work_off(run)
    run.refresh_from_db()
    assert run.counts["scored"] == 2


def test_two_that_begin_at_once_begin_one_run() -> None:
    watch = new_watch(firms=1)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: begun(watch), range(2)))
    assert len(set(runs)) == 1
    assert PortfolioRun.objects.filter(bank_id=watch.bank_id).count() == 1


def begun(watch: Watch) -> UUID:
    try:
        return watch.started().id
    finally:
        connections.close_all()


def test_a_firm_that_was_left_out_is_not_scored_by_a_late_worker() -> None:
    watch = new_watch(firms=1)
    (consent_id,) = watch.firms
    item, model = item_of(watch.started(), consent_id), shipped_model()
    with as_vault_worker():
        read = monitored(item, watch.bank_id)
        leave_out(TIMER, item_id=item.id, status=ItemStatus.FAILED, code="gave_up")
        publish_monitored(TIMER, item_id=item.id, read=read, answer=read.assess(model), model=model)
    item.refresh_from_db()
    assert (item.status, item.score_id) == (ItemStatus.FAILED, None)
    assert not Score.objects.filter(consent_id=consent_id).exists()
