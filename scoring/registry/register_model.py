"""A developer hands in a model file."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from scoring.registry.access import take_turns
from scoring.registry.events import record_model
from scoring.registry.files import read_model
from scoring.registry.models import ModelVersion


@transaction.atomic(durable=True)
def register_model(actor: Actor, *, content: bytes, note: str = "") -> ModelVersion:
    """Keep a model file as a draft, recorded with its digest; it scores nobody yet.

    NotAllowed for anybody but a model developer, RuleBroken for a file that is none, that is larger
    than a megabyte or that contradicts the engine, and for a version or a file there is already.
    """
    require(actor, Permission.MODEL_DEVELOP)
    model = read_model(content)
    take_turns()
    if ModelVersion.objects.filter(version=model.version).exists():
        raise RuleBroken(_("There is a version of this name already."), code="model_version_taken")
    version = ModelVersion.objects.create(
        version=model.version,
        sha256=model.sha256,
        content=content,
        note=note.strip(),
        developed_by=actor.person_id,
    )
    record_model(EventKind.MODEL_REGISTERED, actor, version)
    return version
