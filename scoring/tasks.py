"""Scoring as a job of the vault worker: reads through the door, writes as the scorer."""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import UUID

from celery import shared_task

from portal.consents.door import reading
from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from portal.core.actor import SystemActor
from portal.core.errors import RuleBroken
from portal.core.jobs import Cancelled, Job, Retry
from portal.jobs.registry import JobRun, handles
from scoring.abandon_score import abandon_score
from scoring.companions import Finish, looked_along
from scoring.engine.model import Model, ModelError
from scoring.erase_features import erase_features
from scoring.portfolio.finish_rescoring import finish_rescoring
from scoring.portfolio.months import banks_due, runs_still_on
from scoring.portfolio.rescoring import rescore_batch
from scoring.portfolio.resume_rescoring import resume_rescoring
from scoring.portfolio.start_rescoring import start_rescoring
from scoring.publish_score import publish_score
from scoring.reading import Read, read_all
from scoring.recomputing import recomputed
from scoring.record_replay import record_replay
from scoring.registry.doubt_model import doubt_model
from scoring.registry.loading import model_for_job
from scoring.registry.rival import rival_or_none

log = logging.getLogger(__name__)
MODEL_REFUSED = "model_refused"
WORKER = SystemActor("vault-worker")
TIMER = SystemActor("timer")
PAUSED_WAIT = 30


@handles(Job.SCORE_APPLICATION)
def score_application(run: JobRun) -> None:
    """Read, check, score, publish; a redelivered job is the same use and gives the same score.

    Comes back later (Retry) while the consent is paused, without asking the gate.
    """
    _check_not_paused(run)
    try:
        _score(run)
    except Cancelled as ended:
        _check_not_paused(run)
        abandon_score(WORKER, run_id=run.id, application_id=run.subject_id, code=ended.code)
        raise


@handles(Job.RESCORE_PORTFOLIO)
def rescore(run: JobRun) -> None:
    """One batch of a bank's firms (subject ``portfolio:<uuid>``)."""
    rescore_batch(run)


@shared_task(name="scoring.rescore_monthly")  # type: ignore[untyped-decorator] # no types
def rescore_monthly() -> None:
    """Once an hour: begin what is due this month, and bring what has stopped to its end.

    Two timers begin one run: the second finds the first one's.
    """
    for bank_id in banks_due():
        with suppress(RuleBroken):  # the last firm has stopped its consent meanwhile
            start_rescoring(TIMER, bank_id=bank_id, once_a_month=True)
    for run_id in runs_still_on():
        resume_rescoring(TIMER, run_id=run_id)
        finish_rescoring(TIMER, run_id=run_id)


@handles(Job.REPLAY_SCORE)
def replay(run: JobRun) -> None:
    """Compute a score again; whoever asked looks for the answer under the job's id."""
    found = recomputed(run.subject_id)
    record_replay(WORKER, score_id=run.subject_id, replay_id=run.id, found=found)


@handles(Job.ERASE_FEATURES)
def erase(run: JobRun) -> None:
    """Forget the figures behind an ended consent's scores (subject ``consent:<uuid>``)."""
    erase_features(WORKER, consent_id=run.subject_id)


def _check_not_paused(run: JobRun) -> None:
    if consent_state(UUID(str(run.payload["consent"]))) == ConsentState.PAUSED:
        raise Retry(PAUSED_WAIT, "the consent is paused")


def _score(run: JobRun) -> None:
    model, rival = _models(run.id)
    read, afterwards = _read(run)
    run.step("records_read")
    run.step("checked")
    answer = read.assess(model)
    run.step("scored")
    publish_score(WORKER, read=read, answer=answer, model=model, rival=rival)
    run.step("recorded")
    for finish in afterwards:
        finish()


def _models(job_id: UUID) -> tuple[Model, Model | None]:
    """What scores and what is compared with it, before a use of the consent is counted.

    Cancelled (model_refused) when the champion was altered. Whatever is wrong with a challenger
    keeps nobody from a score. The operator is told of either.
    """
    try:
        return model_for_job(job_id), rival_or_none(WORKER)
    except (ModelError, OSError) as error:
        log.exception("the model can't be used")
        doubt_model(WORKER, why=str(error))
        raise Cancelled(MODEL_REFUSED) from error


def _read(run: JobRun) -> tuple[Read, tuple[Finish, ...]]:
    asked = run.payload
    with reading(
        consent_id=UUID(str(asked["consent"])),
        bank_id=UUID(str(asked["bank"])),
        purpose=str(asked["purpose"]),
        job_id=run.id,
    ) as window:
        read = read_all(window, application_id=run.subject_id)
        return read, looked_along(window, application_id=run.subject_id)
