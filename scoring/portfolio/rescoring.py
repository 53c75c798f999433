"""One batch of a run: each firm by itself, so that one that fails doesn't stop the rest."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from portal.consents.door import ConsentRefused, reading
from portal.consents.purposes import Purpose
from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from portal.core.actor import SystemActor
from portal.core.jobs import Retry
from portal.jobs.registry import JobRun
from portal.taxdata.queries import fetch_outcome
from scoring.engine.model import Model, ModelError
from scoring.portfolio.ask_records import ask_records
from scoring.portfolio.finish_rescoring import finish_rescoring
from scoring.portfolio.leave_out import leave_out
from scoring.portfolio.model_of_run import models_of_run
from scoring.portfolio.models import ItemStatus, PortfolioItem, PortfolioRun
from scoring.portfolio.pass_on import pass_on
from scoring.portfolio.publish_monitored import publish_monitored
from scoring.reading import Read, read_all
from scoring.registry.doubt_model import doubt_model

log = logging.getLogger(__name__)
WORKER = SystemActor("vault-worker")
MODEL_REFUSED = "model_refused"
WENT_WRONG = "went_wrong"
FETCH_WAIT = 15.0


def rescore_batch(job: JobRun) -> None:
    """Score every firm of the batch that still waits; a redelivered batch goes on where it was.

    Comes back later (Retry) for firms whose records are being fetched. A firm under whose data
    the worker fails is left out with a code. What the database itself refuses is raised: the batch
    comes again.
    """
    batch = int(str(job.payload["batch"]))
    run = pass_on(WORKER, run_id=job.subject_id, batch=batch)
    models = _models(run)
    settled = [_settle(run, item, models) for item in _waiting(run, batch)]
    if not all(settled):
        raise Retry(FETCH_WAIT, "records are being fetched")
    finish_rescoring(WORKER, run_id=run.id)


def _waiting(run: PortfolioRun, batch: int) -> list[PortfolioItem]:
    return list(PortfolioItem.objects.filter(run=run, batch=batch, status=ItemStatus.WAITING))


def _models(run: PortfolioRun) -> tuple[Model, Model | None] | None:
    try:
        return models_of_run(run.model_sha256)
    except (ModelError, OSError) as error:
        log.exception("the model of %s can't be used", run.ref)
        doubt_model(WORKER, why=str(error))
        return None


def _settle(
    run: PortfolioRun, item: PortfolioItem, models: tuple[Model, Model | None] | None
) -> bool:
    """False when the firm has to wait for its records."""
    if models is None:
        leave_out(WORKER, item_id=item.id, status=ItemStatus.FAILED, code=MODEL_REFUSED)
        return True
    if _must_wait(item.consent_id):
        return False
    try:
        _publish(item, _read(run.bank_id, item), *models)
    except ConsentRefused as refused:
        leave_out(WORKER, item_id=item.id, status=ItemStatus.REFUSED, code=refused.code)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("consent %s can't be scored", item.consent_id)
        leave_out(WORKER, item_id=item.id, status=ItemStatus.FAILED, code=WENT_WRONG)
    return True


def _must_wait(consent_id: UUID) -> bool:
    """Before a use is counted. A consent that ended meanwhile is the gate's to refuse."""
    if fetch_outcome(consent_id) is not None or consent_state(consent_id) != ConsentState.ACTIVE:
        return False
    ask_records(WORKER, consent_id=consent_id)
    return True


def _publish(item: PortfolioItem, read: Read, model: Model, rival: Model | None) -> None:
    publish_monitored(
        WORKER, item_id=item.id, read=read, answer=read.assess(model), model=model, rival=rival
    )


def _read(bank_id: UUID, item: PortfolioItem) -> Read:
    with reading(
        consent_id=item.consent_id,
        bank_id=bank_id,
        purpose=Purpose.MONITORING,
        job_id=item.use_id,
    ) as window:
        return read_all(window, application_id=window.artefact.application)
