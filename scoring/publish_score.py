"""A finished score leaves the vault worker."""

from __future__ import annotations

from uuid import uuid4

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
from scoring.kept_features import KeptFeatures
from scoring.models import ChallengerScore, FeatureVector, Figures, MonthlySales, Score, ScoreStatus
from scoring.reading import Read
from scoring.signals import keep_signals, signals_of
from scoring.stored import columns_of, figures_of


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
    kept = _kept(answer)
    score, created = Score.objects.get_or_create(
        firm_id=parties.firm_id,
        consent_id=parties.consent_id,
        model_sha256=model.sha256,
        input_digest=kept.input_digest if kept else read.digest,
        defaults={
            "id": uuid4(),
            "bank_id": parties.bank_id,
            "application_id": parties.application_id,
            "as_of_month": read.as_of.first,
            "purpose": parties.purpose,
            "job_id": read.job_id,
            "commitment": kept.commitment if kept else "",
            "model_version": model.version,
            "code_version": engine_version(),
            "firm_size": read.firm_size() if kept else "",
            **columns_of(answer),
        },
    )
    subject = f"application:{parties.application_id}"
    if created:
        MonthlySales.objects.create(score=score, bands=read.sales_bands())
        Figures.objects.create(score=score, figures=figures_of(answer))
        if kept is not None:
            _keep(score, kept)
        _record(actor, subject, score)
        keep_signals(actor, score=score, signals=signals)
        if rival is not None:
            _compare(score, read, rival)
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, key=f"advance-score:{score.id}")
    return score


def _kept(answer: Assessment | NotEnoughData) -> KeptFeatures | None:
    if isinstance(answer, NotEnoughData):
        return None
    return KeptFeatures.new(answer.features, input_digest=answer.input_digest)


def _keep(score: Score, kept: KeptFeatures) -> None:
    put_away = kept.sealed(score.id)
    FeatureVector.objects.create(
        score=score,
        vault_kid=put_away.vault_kid,
        wrapped=put_away.wrapped,
        sealed=put_away.content,
    )


def _compare(score: Score, read: Read, rival: Model) -> None:
    said = columns_of(read.assess(rival))
    ChallengerScore.objects.create(
        score=score,
        model_version=rival.version,
        model_sha256=rival.sha256,
        value=said.get("value"),
        band=said.get("band", ""),
        pd_ppm=said.get("pd_ppm"),
    )


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
