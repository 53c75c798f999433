"""The model that scores, out of the registry: by the bytes that were approved and no others."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from scoring.engine.model import MODELS, Model, ModelError
from scoring.models import Score
from scoring.registry.models import ModelVersion
from scoring.registry.transitions import ModelRole, ModelStatus


def champion() -> Model:
    """The model whose scores count. Raises ModelError when there is none or it was altered."""
    return _active(ModelRole.CHAMPION) or _no_champion()


def challenger() -> Model | None:
    """The model that is compared with the champion; None without one.

    Raises ModelError when it was altered.
    """
    return _active(ModelRole.CHALLENGER)


def model_for_job(job_id: UUID) -> Model:
    """The champion, or what this job scored with before: a redelivery gives the same score."""
    before = Score.objects.filter(job_id=job_id).values_list("model_sha256", flat=True).first()
    return champion() if before is None else registered_model(before)


def registered_model(sha256: str) -> Model:
    """A model that was ever registered, by its digest (hex). Raises ModelError without it."""
    row = ModelVersion.objects.filter(sha256=sha256).only("content", "sha256").first()
    if row is None:
        raise ModelError(f"no model with SHA-256 {sha256} is registered")
    return _loaded(bytes(row.content), row.sha256)


def _active(role: ModelRole) -> Model | None:
    row = ModelVersion.objects.filter(status=ModelStatus.ACTIVE, role=role).first()
    if row is None:
        return None
    check_file(row.version, row.sha256)
    return _loaded(bytes(row.content), row.sha256)


def check_file(version: str, sha256: str) -> None:
    """Raise ModelError when the file of this version that was shipped is another one by now.

    The registry's bytes score, not the file's: but whoever swapped the one may reach the other.
    """
    path = MODELS / f"scorecard-{version}.json"
    if path.exists():
        Model.load(path.read_bytes(), sha256=sha256)


@lru_cache(maxsize=8)
def _loaded(content: bytes, sha256: str) -> Model:
    """Parsed once a process; the bytes are part of the key, so that altered ones are noticed."""
    return Model.load(content, sha256=sha256)


def _no_champion() -> Model:
    raise ModelError("no model is active")
