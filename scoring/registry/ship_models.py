"""The models that come with a release are put into the registry of a new installation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.core.actor import SystemActor
from portal.core.errors import RuleBroken
from scoring.engine.model import Model
from scoring.registry.access import take_turns
from scoring.registry.events import record_model
from scoring.registry.files import read_model
from scoring.registry.models import ModelVersion
from scoring.registry.moving import put_in_place, stand_down
from scoring.registry.transitions import ModelRole, ModelStatus

RELEASE = SystemActor("release")


@transaction.atomic(durable=True)
def ship_models(
    *, files: Iterable[bytes], released: Collection[str], champion_sha256: str
) -> list[ModelVersion]:
    """Register each file that is not there yet; returns the new ones.

    The first champion of an installation is the release's. Later ones wait as drafts for the
    installation's own people. Refuses (RuleBroken) a file that the engine can't use, and one whose
    digest is not ``released``; then nothing is registered. Run as the owner: no other log-in may
    write that a model was shipped.
    """
    take_turns()
    models = [(content, _released(content, released)) for content in files]
    made = [new for content, model in models if (new := _registered(content, model)) is not None]
    is_new = not ModelVersion.objects.filter(status=ModelStatus.ACTIVE).exists()
    if is_new:
        for version in made:
            _settle(version, is_champion=version.sha256 == champion_sha256)
    return made


def _released(content: bytes, released: Collection[str]) -> Model:
    model = read_model(content)
    if model.sha256 not in released:
        raise RuleBroken(
            _("Model %(version)s is not the file that this release came with.")
            % {"version": model.version},
            code="model_altered",
        )
    return model


def _registered(content: bytes, model: Model) -> ModelVersion | None:
    if ModelVersion.objects.filter(sha256=model.sha256).exists():
        return None
    version = ModelVersion.objects.create(
        version=model.version, sha256=model.sha256, content=content, is_shipped=True
    )
    record_model(EventKind.MODEL_REGISTERED, RELEASE, version)
    return version


def _settle(version: ModelVersion, *, is_champion: bool) -> None:
    """The release's own champion scores; what it shipped before is there for replays."""
    if is_champion:
        put_in_place(RELEASE, version, ModelRole.CHAMPION, None, uuid4())
        return
    stand_down(RELEASE, version)
