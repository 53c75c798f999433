"""Which model a run scores with: the champion when it begins, and that one to its end."""

from __future__ import annotations

from portal.core.actor import SystemActor
from scoring.engine.model import Model
from scoring.registry.loading import champion, registered_model
from scoring.registry.rival import rival_or_none

WORKER = SystemActor("vault-worker")


def model_for_run() -> Model:
    """The champion. Raises ModelError when there is none or it was altered."""
    return champion()


def models_of_run(sha256: str) -> tuple[Model, Model | None]:
    """The model that a run began with, and what is compared with it by now.

    Raises ModelError when the first was altered.
    """
    return registered_model(sha256), rival_or_none(WORKER)
