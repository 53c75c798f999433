"""Finding a version to act on, held until the caller's transaction ends."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from portal.core.errors import NotFound
from scoring.registry.models import ModelVersion

# All moves of all versions take turns: there are few, and each looks at the active ones.
LOCK: Final = 7_202_611_230_010


def take_turns() -> None:
    """Nobody else registers or moves a version until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def lock_model(version_id: UUID) -> ModelVersion:
    """The version, and nobody else moves any; NotFound for an unknown one."""
    take_turns()
    found = ModelVersion.objects.select_for_update().filter(id=version_id).first()
    if found is None:
        raise NotFound(code="model_unknown")
    return found
