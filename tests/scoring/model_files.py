"""Model files of tests: the shipped scorecard under names of their own."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from scoring.engine.canonical import canonical_bytes
from scoring.engine.model import SHIPPED_PATH, SHIPPED_SHA256
from scoring.registry.activate_model import activate_model
from scoring.registry.models import ModelVersion
from scoring.registry.register_model import register_model
from scoring.registry.transitions import ModelRole, ModelStatus
from scoring.registry.validate_model import validate_model
from tests.personas import People

FINDINGS = "Trained again from the stated data; every figure of the card came out the same."


def model_file(**changes: Any) -> bytes:
    """As the trainer writes it, with another version."""
    content = json.loads(SHIPPED_PATH.read_bytes())
    return canonical_bytes({**content, "version": f"t{uuid4().hex[:12]}", **changes})


def drafted(people: People, **changes: Any) -> ModelVersion:
    return register_model(people.dora, content=model_file(**changes), note="Of a test.")


def validated(people: People, **changes: Any) -> ModelVersion:
    draft = drafted(people, **changes)
    return validate_model(people.vera, version_id=draft.id, findings=FINDINGS)


def active(role: ModelRole = ModelRole.CHAMPION) -> ModelVersion | None:
    return ModelVersion.objects.filter(status=ModelStatus.ACTIVE, role=role).first()


def activated(
    people: People, version: ModelVersion, role: ModelRole = ModelRole.CHAMPION
) -> ModelVersion:
    """In place of the one that is active now."""
    now = active(role)
    return activate_model(
        people.olga,
        version_id=version.id,
        role=role,
        instead_of=now.id if now else None,
        request_id=uuid4(),
    )


def release_is_champion(people: People) -> None:
    """Whatever other tests have put to work: its file lies on the disk, theirs do not."""
    released = ModelVersion.objects.get(sha256=SHIPPED_SHA256)
    if active() != released:
        activated(people, released)
