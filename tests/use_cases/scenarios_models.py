"""Runs of the use cases of the model registry."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import uuid4

from ledger.kinds import EventKind
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from scoring.registry.activate_model import activate_model
from scoring.registry.doubt_model import doubt_model
from scoring.registry.register_model import register_model
from scoring.registry.retire_model import retire_model
from scoring.registry.ship_models import ship_models
from scoring.registry.transitions import ModelRole
from scoring.registry.validate_model import validate_model
from scoring.tasks import WORKER
from tests.personas import People
from tests.scoring.model_files import FINDINGS, active, drafted, model_file, validated
from tests.use_cases.scenario import Case, logged_in, scenario


@scenario(register_model, EventKind.MODEL_REGISTERED)
def a_draft(people: People) -> Case:
    content, _everybody = model_file(), (people.dora, people.vera)
    return Case(
        run=lambda: register_model(people.dora, content=content),
        about=lambda version: version.ref,
        refused=[
            (NotAllowed, lambda: register_model(people.vera, content=content)),
            (NotAllowed, lambda: register_model(people.boss, content=content)),
            (RuleBroken, lambda: register_model(people.dora, content=content[:-2])),
            (RuleBroken, lambda: register_model(people.dora, content=b"{" * 1_000_001)),
        ],
        afterwards=[(RuleBroken, lambda: register_model(people.dora, content=content))],
    )


@scenario(validate_model, EventKind.MODEL_VALIDATED)
def a_validation(people: People) -> Case:
    draft, _validator = drafted(people), people.vera
    bare = drafted(people, training={})
    given: dict[str, Any] = {"version_id": draft.id, "findings": FINDINGS}
    return Case(
        run=lambda: validate_model(people.vera, **given),
        about=draft.ref,
        refused=[
            (NotAllowed, lambda: validate_model(people.dora, **given)),
            (NotAllowed, lambda: validate_model(people.olga, **given)),
            (NotFound, lambda: validate_model(people.vera, **{**given, "version_id": uuid4()})),
            (RuleBroken, lambda: validate_model(people.vera, **{**given, "findings": "fine"})),
            (RuleBroken, lambda: validate_model(people.vera, **{**given, "version_id": bare.id})),
        ],
        afterwards=[(InvalidTransition, lambda: validate_model(people.vera, **given))],
    )


@scenario(activate_model, EventKind.MODEL_ACTIVATED, EventKind.MODEL_RETIRED)
def an_activation(people: People) -> Case:
    before, version, draft = active(), validated(people), drafted(people)
    assert before is not None
    given: dict[str, Any] = {
        "version_id": version.id,
        "role": ModelRole.CHAMPION,
        "instead_of": before.id,
        "request_id": uuid4(),
    }
    other = {**given, "request_id": uuid4()}
    return Case(
        run=lambda: activate_model(people.olga, **given),
        about=[version.ref, before.ref],
        refused=[
            (NotAllowed, lambda: activate_model(people.dora, **given)),
            (NotAllowed, lambda: activate_model(people.vera, **given)),
            (NotFound, lambda: activate_model(people.olga, **{**given, "version_id": uuid4()})),
            (
                InvalidTransition,
                lambda: activate_model(people.olga, **{**given, "version_id": draft.id}),
            ),
            (
                InvalidTransition,
                lambda: activate_model(people.olga, **{**given, "instead_of": None}),
            ),
        ],
        afterwards=[(InvalidTransition, lambda: activate_model(people.olga, **other))],
    )


@scenario(retire_model, EventKind.MODEL_RETIRED)
def a_retirement(people: People) -> Case:
    version, champion = validated(people), active()
    assert champion is not None
    return Case(
        run=lambda: retire_model(people.olga, version_id=version.id),
        about=version.ref,
        refused=[
            (NotAllowed, lambda: retire_model(people.dora, version_id=version.id)),
            (NotFound, lambda: retire_model(people.olga, version_id=uuid4())),
            (RuleBroken, lambda: retire_model(people.olga, version_id=champion.id)),
        ],
        afterwards=[(InvalidTransition, lambda: retire_model(people.olga, version_id=version.id))],
    )


@scenario(ship_models, EventKind.MODEL_REGISTERED)
def a_release(people: People) -> Case:
    content = model_file()
    given: dict[str, Any] = {"released": {sha256(content).hexdigest()}, "champion_sha256": ""}

    def run() -> Any:
        with logged_in("owner"):
            return ship_models(files=[content], **given)

    return Case(
        run=run,
        about=lambda made: made[0].ref,
        refused=[
            (RuleBroken, lambda: ship_models(files=[content[:-2]], **given)),
            (RuleBroken, lambda: ship_models(files=[content, model_file()], **given)),
        ],
    )


@scenario(doubt_model)
def a_doubt(people: People) -> Case:
    return Case(
        run=lambda: doubt_model(WORKER, why=f"swapped {uuid4()}"), jobs=frozenset({Job.DOUBT_MODEL})
    )
