"""A finished score leaves the vault worker."""

from __future__ import annotations

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.publishing import require_live
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from scoring.engine.assess import Assessment, NotEnoughData
from scoring.engine.model import Model
from scoring.models import Score, ScoreStatus
from scoring.reading import Read
from scoring.signals import keep_signals, signals_of
from scoring.storing import stored_once


@transaction.atomic(durable=True)
def publish_score(
    actor: SystemActor,
    *,
    read: Read,
    answer: Assessment | NotEnoughData,
    model: Model,
    rival: Model | None = None,
) -> Score:
    """Store an answer and what it hints at, record both, and tell the application; once.

    What the challenger ``rival`` says of the same reading is kept apart, to compare.

    Holds the consent live until the commit: ConsentRefused when it has been stopped meanwhile,
    and then nothing is stored.
    """
    parties, signals = read.parties, signals_of(read)
    require_live(parties.consent_id)
    score, created = stored_once(read, answer, model, rival=rival)
    subject = f"application:{parties.application_id}"
    if created:
        _record(actor, subject, score)
        keep_signals(actor, score=score, signals=signals)
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, key=f"advance-score:{score.id}")
    return score


def _record(actor: SystemActor, subject: str, score: Score) -> None:
    if score.status == ScoreStatus.NOT_ENOUGH_DATA:
        payload = {"application": str(score.application_id), "code": score.detail_code}
        record(EventKind.SCORE_REFUSED, actor=actor.ref, subject=subject, payload=payload)
        return
    record(
        EventKind.SCORE_RECORDED,
        actor=actor.ref,
        subject=subject,
        payload={
            "firm": str(score.firm_id),
            "bank": str(score.bank_id),
            "application": str(score.application_id),
            "consent": str(score.consent_id),
            "model": score.model_version,
            "model_sha256": score.model_sha256,
            "input_digest": score.input_digest,
            "commitment": score.commitment,
            "score": score.value,
            "band": score.band,
        },
    )
