"""A bank's firms are scored anew: the run, its batches, each firm's answer, and the end."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from django.db import connections

from ledger.kinds import EventKind
from portal.consents.door import ConsentRefused
from portal.consents.stop_consent import stop_consent
from portal.core.errors import NotAllowed, NotFound
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from scoring.engine.model import shipped_model
from scoring.portfolio.ask_records import ask_records
from scoring.portfolio.finish_rescoring import finish_rescoring
from scoring.portfolio.leave_out import leave_out
from scoring.portfolio.models import ItemStatus, PortfolioItem
from scoring.portfolio.pass_on import pass_on
from scoring.portfolio.publish_monitored import publish_monitored
from scoring.portfolio.resume_rescoring import resume_rescoring
from scoring.portfolio.start_rescoring import start_rescoring
from scoring.tasks import TIMER, WORKER
from tests.personas import People
from tests.scoring.watched import Watch, monitored, new_watch
from tests.use_cases.scenario import Call, Case, running_as, scenario

RESCORE = frozenset({Job.RESCORE_PORTFOLIO})
MISSING = uuid4()


@scenario(start_rescoring)
def by_the_banks_approver(people: People) -> Case:
    bank_id = people.boss.organisation_id
    assert bank_id is not None
    Watch(bank_id).add()
    # Another test's run that nobody worked off would be found instead.
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_portfolio_run SET status = 'finished', finished_at = now()"
            " WHERE bank_id = %s AND status = 'running'",
            [bank_id],
        )
    start = partial(start_rescoring, bank_id=bank_id)
    return Case(
        run=lambda: start(people.boss),
        jobs=RESCORE,
        refused=[
            (NotAllowed, lambda: start(people.bo)),
            (NotFound, lambda: start_rescoring(people.boss, bank_id=MISSING)),
        ],
    )


@scenario(pass_on)
def the_last_batch(_people: People) -> Case:
    run = new_watch(firms=1).started()
    ask = partial(pass_on, WORKER, batch=0)
    return Case(
        run=running_as("scorer", lambda: ask(run_id=run.id)),
        refused=[(NotFound, running_as("scorer", lambda: ask(run_id=MISSING)))],
    )


@scenario(leave_out)
def a_firm_that_cannot_be_scored(_people: People) -> Case:
    item = PortfolioItem.objects.get(run=new_watch(firms=1).started())
    leave = partial(leave_out, WORKER, status=ItemStatus.FAILED, code="went_wrong")
    return Case(
        run=running_as("scorer", lambda: leave(item_id=item.id)),
        refused=[(NotFound, running_as("scorer", lambda: leave(item_id=MISSING)))],
    )


def _publishing(item: PortfolioItem, bank: Watch) -> Call:
    read, model = monitored(item, bank.bank_id), shipped_model()
    answer = read.assess(model)
    publish = partial(publish_monitored, WORKER, read=read, answer=answer, model=model)
    return running_as("scorer", lambda: publish(item_id=item.id))


@scenario(publish_monitored, EventKind.SCORE_MONITORED)
def a_monitored_score(_people: People) -> Case:
    watch = new_watch(firms=2)
    lives, stopped = PortfolioItem.objects.filter(run=watch.started()).order_by("id")
    publish, refused = _publishing(lives, watch), _publishing(stopped, watch)
    actor = watch.firms[stopped.consent_id].actor
    stop_consent(actor, consent_id=stopped.consent_id)
    return Case(
        run=publish,
        about=f"consent:{lives.consent_id}",
        refused=[(ConsentRefused, refused)],
    )


@scenario(publish_monitored, EventKind.SCORE_NOT_MONITORED)
def too_few_months_to_watch(_people: People) -> Case:
    watch = new_watch()
    watch.add(months=3)
    item = PortfolioItem.objects.get(run=watch.started())
    return Case(run=_publishing(item, watch), about=f"consent:{item.consent_id}")


@scenario(finish_rescoring, EventKind.PORTFOLIO_RESCORED)
def nothing_left(_people: People) -> Case:
    run = new_watch(firms=1).started()
    for item in PortfolioItem.objects.filter(run=run):
        leave = partial(leave_out, WORKER, item_id=item.id, status=ItemStatus.FAILED)
        running_as("scorer", partial(leave, code="went_wrong"))()
    return Case(
        run=running_as("scorer", lambda: finish_rescoring(WORKER, run_id=run.id)),
        about=run.ref,
        refused=[
            (NotFound, running_as("scorer", lambda: finish_rescoring(WORKER, run_id=MISSING)))
        ],
    )


@scenario(finish_rescoring)
def one_still_waits(_people: People) -> Case:
    run = new_watch(firms=1).started()
    return Case(run=running_as("scorer", lambda: finish_rescoring(WORKER, run_id=run.id)))


@scenario(resume_rescoring)
def a_run_whose_batch_failed(_people: People) -> Case:
    run = new_watch(firms=1).started()
    JobRow.objects.filter(subject=run.ref).update(status=JobStatus.FAILED)
    return Case(
        run=lambda: resume_rescoring(TIMER, run_id=run.id),
        refused=[(NotFound, lambda: resume_rescoring(TIMER, run_id=MISSING))],
    )


@scenario(ask_records)
def nothing_fetched_yet(_people: People) -> Case:
    consent_id = new_watch().add()
    ask = partial(ask_records, WORKER)
    return Case(
        run=running_as("scorer", lambda: ask(consent_id=consent_id)),
        jobs=frozenset({Job.FETCH_TAX_DATA}),
        refused=[(NotFound, running_as("scorer", lambda: ask(consent_id=MISSING)))],
    )
