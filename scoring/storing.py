"""The rows of a score: one answer to one consent's records, with what stands apart from it."""

from __future__ import annotations

from uuid import uuid4

from scoring.code_version import engine_version
from scoring.engine.assess import Assessment, NotEnoughData
from scoring.engine.model import Model
from scoring.kept_features import KeptFeatures
from scoring.models import ChallengerScore, FeatureVector, Figures, MonthlySales, Score
from scoring.reading import Read
from scoring.stored import columns_of, figures_of


def stored_once(
    read: Read,
    answer: Assessment | NotEnoughData,
    model: Model,
    *,
    rival: Model | None = None,
) -> tuple[Score, bool]:
    """The score with its figures, in the caller's transaction, and whether it is new.

    Not new: this model has given this consent's records an answer before. What the challenger
    ``rival`` says of the same reading is kept apart, to compare.
    """
    parties, kept = read.parties, _kept(answer)
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
    if created:
        MonthlySales.objects.create(score=score, bands=read.sales_bands())
        Figures.objects.create(score=score, figures=figures_of(answer))
        if kept is not None:
            _keep(score, kept)
        if rival is not None:
            _compare(score, read, rival)
    return score, created


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
