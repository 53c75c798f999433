"""Model files as they are handed in and kept: read by the engine's own rules, or refused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from scoring.engine.model import Model, ModelError
from scoring.registry.models import ModelVersion

MOST_BYTES = 1_000_000


def read_model(content: bytes) -> Model:
    """The engine's own reading of a file; RuleBroken where it refuses."""
    if len(content) > MOST_BYTES:
        raise RuleBroken(_("A model file has up to one megabyte."), code="model_too_large")
    try:
        return Model.load(content)
    except ModelError as error:
        raise RuleBroken(
            _("The engine can't use this file: %(why)s") % {"why": error}, code="model_unusable"
        ) from error


def unaltered(version: ModelVersion) -> Model:
    """The model in the row; RuleBroken when its bytes are not those that were registered."""
    model = read_model(bytes(version.content))
    if (model.sha256, model.version) != (version.sha256, version.version):
        raise RuleBroken(_("The stored file is not the one registered."), code="model_altered")
    return model
