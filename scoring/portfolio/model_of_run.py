"""Which model a run scores with: the champion when it begins, and that one to its end."""

from __future__ import annotations

from scoring.engine.model import Model
from scoring.registry.loading import challenger, champion, registered_model


def model_for_run() -> Model:
    """The champion. Raises ModelError when there is none or it was altered."""
    return champion()


def models_of_run(sha256: str) -> tuple[Model, Model | None]:
    """The model that a run began with, and what is compared with it by now.

    Raises ModelError when one of them was altered.
    """
    return registered_model(sha256), challenger()
