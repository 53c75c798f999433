"""A finished score leaves the vault worker."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.publishing import require_live
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from scoring.code_version import engine_version
from scoring.engine.assess import Assessment, NotEnoughData
from scoring.engine.model import Model
from scoring.models import Score, ScoreStatus
from scoring.reading import Read


@transaction.atomic(durable=True)
def publish_score(
    actor: SystemActor, *, read: Read, answer: Assessment | NotEnoughData, model: Model
) -> Score:
    """Store an answer, record it, and tell the application; once, however often it is called.

    Holds the consent live until the commit: ConsentRefused when it has been stopped meanwhile,
    and then nothing is stored.
    """
    parties = read.parties
    require_live(parties.consent_id)
    values = _scored(answer) if isinstance(answer, Assessment) else _refused(answer)
    score, created = Score.objects.get_or_create(
        firm_id=parties.firm_id,
        consent_id=parties.consent_id,
        model_sha256=model.sha256,
        input_digest=answer.input_digest if isinstance(answer, Assessment) else read.digest,
        defaults={
            "bank_id": parties.bank_id,
            "application_id": parties.application_id,
            "as_of_month": read.as_of.first,
            "model_version": model.version,
            "code_version": engine_version(),
            **values,
        },
    )
    subject = f"application:{parties.application_id}"
    if created:
        _record(actor, subject, score)
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, key=f"advance-score:{score.id}")
    return score


def _scored(answer: Assessment) -> dict[str, Any]:
    return {
        "status": ScoreStatus.SCORED,
        "value": answer.score,
        "band": answer.band,
        "pd_ppm": answer.pd_ppm,
        "pd_low_ppm": answer.pd_low_ppm,
        "pd_high_ppm": answer.pd_high_ppm,
        "reasons": [asdict(reason) for reason in answer.reasons],
        "points": {"base": answer.base_points, **answer.points},
    }


def _refused(answer: NotEnoughData) -> dict[str, Any]:
    return {
        "status": ScoreStatus.NOT_ENOUGH_DATA,
        "detail_code": answer.code,
        "detail": dict(answer.detail),
    }


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
            "score": score.value,
            "band": score.band,
        },
    )
