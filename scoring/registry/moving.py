"""A version goes to work or stands down; steps of use cases, under the lock."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from ledger.kinds import EventKind
from portal.core.actor import Actor, SystemActor
from scoring.registry.events import record_model
from scoring.registry.models import ModelActivation, ModelVersion
from scoring.registry.transitions import ModelRole, ModelStatus


def put_in_place(
    actor: Actor | SystemActor,
    version: ModelVersion,
    role: ModelRole,
    before: ModelVersion | None,
    request_id: UUID,
) -> None:
    """Retire the one before and let the version score."""
    person = actor.person_id if isinstance(actor, Actor) else None
    # First the activation: the database lets no champion go without the one in its place.
    version.activation = ModelActivation.objects.create(
        id=request_id, version=version, role=role, instead_of=before, activated_by=person
    )
    if before is not None:
        stand_down(actor, before)
    version.status, version.role = ModelStatus.ACTIVE, role
    version.activated_by, version.retired_at = person, None
    version.save(update_fields=["status", "role", "activation", "activated_by", "retired_at"])
    instead = before.sha256 if before is not None else None
    record_model(EventKind.MODEL_ACTIVATED, actor, version, role=role.value, instead_of=instead)


def stand_down(actor: Actor | SystemActor, version: ModelVersion) -> None:
    """It scores nobody from now on."""
    version.status, version.role, version.retired_at = ModelStatus.RETIRED, "", timezone.now()
    version.save(update_fields=["status", "role", "retired_at"])
    record_model(EventKind.MODEL_RETIRED, actor, version)
