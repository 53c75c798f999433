"""The deepest inputs of a score that there still are, and what they give when computed again."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from portal.consents.door import ConsentRefused, reading
from portal.core.sealing import NotOpened
from scoring.engine.model import ModelError
from scoring.kept_features import KeptFeatures, Sealed
from scoring.models import FeatureVector, ReplayExtent, Score
from scoring.reading import Read, read_all
from scoring.registry.loading import registered_model
from scoring.replaying import Replayed, from_features, from_published, from_records

NO_USE_KNOWN = "no_use_known"


def recomputed(score_id: UUID) -> Replayed:
    """Compute a score again and compare every number; for the vault worker's log-ins.

    Reading the records repeats the very use of the consent that the score was made in: the gate
    allows that for a day while the consent lives, and puts each time on the ledger. A refusal is
    part of the answer, and the replay goes on with what is kept.
    """
    score = Score.objects.get(id=score_id)
    read = _read(score)
    found = _replayed(score, read)
    return found if isinstance(read, Read) else replace(found, records_refused=read)


def _replayed(score: Score, read: Read | str) -> Replayed:
    try:
        model = registered_model(score.model_sha256)
        kept = _kept(score)
    except ModelError:
        return Replayed(ReplayExtent.COMMITMENT, ("model_sha256",), ("model_sha256",))
    except NotOpened:
        return Replayed(ReplayExtent.FEATURES, ("features",), ("features",))
    if isinstance(read, Read):
        return from_records(score, read, kept, model)
    return from_features(score, kept, model) if kept else from_published(score, model)


def _read(score: Score) -> Read | str:
    """The records again, or the code of the refusal."""
    if score.job_id is None:
        return NO_USE_KNOWN
    try:
        with reading(
            consent_id=score.consent_id,
            bank_id=score.bank_id,
            purpose=score.purpose,
            job_id=score.job_id,
        ) as window:
            return read_all(window, application_id=score.application_id)
    except ConsentRefused as refused:
        return refused.code


def _kept(score: Score) -> KeptFeatures | None:
    vector = FeatureVector.objects.filter(score=score).first()
    if vector is None:
        return None
    sealed = Sealed(vector.vault_kid, bytes(vector.wrapped), bytes(vector.sealed))
    return KeptFeatures.opened(sealed, score_id=score.id)
