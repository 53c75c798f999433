"""The challenger, for whoever scores: one that can't be used is left out, and somebody told."""

from __future__ import annotations

import logging

from portal.core.actor import SystemActor
from scoring.engine.model import Model, ModelError
from scoring.registry.doubt_model import doubt_model
from scoring.registry.loading import challenger

log = logging.getLogger(__name__)


def rival_or_none(actor: SystemActor) -> Model | None:
    """None without a challenger, and for one that was altered: it keeps nobody from a score."""
    try:
        return challenger()
    except (ModelError, OSError) as error:
        log.exception("the challenger can't be used")
        doubt_model(actor, why=str(error))
        return None
