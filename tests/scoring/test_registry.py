"""Governance can't be bypassed: not by one person, not by SQL, not by a request sent again."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from portal.core.actor import Actor, Role
from portal.core.errors import InvalidTransition, NotAllowed, RuleBroken
from scoring.engine.model import ModelError
from scoring.registry.activate_model import activate_model
from scoring.registry.loading import champion, registered_model
from scoring.registry.models import ModelVersion
from scoring.registry.retire_model import retire_model
from scoring.registry.ship_models import ship_models
from scoring.registry.transitions import MOVES, ModelRole, ModelStatus
from scoring.registry.validate_model import validate_model
from tests.applications.test_races import at_once
from tests.gate.parties import Connection, login
from tests.personas import People
from tests.scoring.model_files import (
    FINDINGS,
    activated,
    active,
    drafted,
    model_file,
    validated,
)
from tests.use_cases.scenario import logged_in

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
_ROLES = frozenset({Role.MODEL_DEVELOPER, Role.MODEL_VALIDATOR, Role.OPERATOR})


def with_every_role(actor: Actor) -> Actor:
    """One person who was given all three roles."""
    return replace(actor, roles=_ROLES)


def request_for(version: ModelVersion, **changes: Any) -> dict[str, Any]:
    now = active()
    return {
        "version_id": version.id,
        "role": ModelRole.CHAMPION,
        "instead_of": now.id if now else None,
        "request_id": uuid4(),
        **changes,
    }


def test_who_developed_a_model_neither_validates_nor_activates_it(people: People) -> None:
    all_in_one = with_every_role(people.dora)
    draft, ready = drafted(people), validated(people)
    with pytest.raises(NotAllowed) as refused:
        validate_model(all_in_one, version_id=draft.id, findings=FINDINGS)
    assert refused.value.code == "own_model"
    with pytest.raises(NotAllowed) as refused:
        activate_model(all_in_one, **request_for(ready))
    assert refused.value.code == "own_model"


def test_who_validated_a_model_does_not_activate_it(people: People) -> None:
    with pytest.raises(NotAllowed) as refused:
        activate_model(with_every_role(people.vera), **request_for(validated(people)))
    assert refused.value.code == "own_model"


def by_sql(draft: ModelVersion, *, validator: UUID, activator: UUID) -> str:
    """As a web process in other hands would try: every column is what the portal writes.

    The state it came to, which is taken back.
    """
    with login("web", autocommit=False) as web:
        web.execute(
            "UPDATE scoring_model_version SET status = 'validated', findings = 'fine',"
            " validated_by = %s, validated_at = now() WHERE id = %s",
            [validator, draft.id],
        )
        activate_by_sql(web, draft, activator)
        query = "SELECT status FROM scoring_model_version WHERE id = %s"
        row = web.execute(query, [draft.id]).fetchone()
        web.rollback()
    assert row is not None
    return str(row[0])


def activate_by_sql(web: Connection, version: ModelVersion, activator: UUID) -> None:
    request, champion_now = uuid4(), active()
    assert champion_now is not None
    web.execute(
        "INSERT INTO scoring_model_activation"
        " (id, version_id, role, instead_of_id, activated_by, at)"
        " VALUES (%s, %s, 'champion', %s, %s, now())",
        [request, version.id, champion_now.id, activator],
    )
    web.execute(
        "UPDATE scoring_model_version SET status = 'retired', role = '', retired_at = now()"
        " WHERE id = %s",
        [champion_now.id],
    )
    web.execute(
        "UPDATE scoring_model_version SET status = 'active', role = 'champion',"
        " activation_id = %s, activated_by = %s WHERE id = %s",
        [request, activator, version.id],
    )


def test_three_people_pass_by_sql_too(people: People) -> None:
    """The control: what the next test is refused is refused for its people."""
    three = {"validator": people.vera.person_id, "activator": people.olga.person_id}
    assert by_sql(drafted(people), **three) == "active"


@pytest.mark.parametrize(
    ("validator", "activator", "constraint"),
    [
        ("dora", "olga", "model_validated_by_validator"),
        ("olga", "olga", "model_validated_by_validator"),
        ("vera", "vera", "model_activated_by_operator"),
        ("vera", "dora", "model_activated_by_operator"),
        ("vera", "bo", "model_activated_by_operator"),
    ],
)
def test_the_database_wants_the_right_three_people(
    people: People, validator: str, activator: str, constraint: str
) -> None:
    draft = drafted(people)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        by_sql(
            draft,
            validator=getattr(people, validator).person_id,
            activator=getattr(people, activator).person_id,
        )
    assert refused.value.diag.constraint_name == constraint


def test_a_person_who_changes_roles_stays_one_person(people: People) -> None:
    """She developed it; now she is a validator, and the database knows."""
    draft = drafted(people)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_membership SET role = 'model_validator' WHERE user_id = %s",
            [people.dora.person_id],
        )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        by_sql(draft, validator=people.dora.person_id, activator=people.olga.person_id)
    assert refused.value.diag.constraint_name == "model_three_people"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE scoring_model_version SET content = 'x'",
        "UPDATE scoring_model_version SET sha256 = repeat('0', 64)",
        "UPDATE scoring_model_version SET developed_by = gen_random_uuid()",
        "UPDATE scoring_model_version SET is_shipped = true",
        "DELETE FROM scoring_model_version",
        "UPDATE scoring_model_activation SET role = 'challenger'",
        "DELETE FROM scoring_model_activation",
    ],
)
@pytest.mark.parametrize("alias", ["web", "scorer"])
def test_no_process_changes_what_was_registered(people: People, alias: str, attack: str) -> None:
    validated(people)
    with login(alias) as process, pytest.raises(psycopg.errors.InsufficientPrivilege):
        process.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE scoring_model_version SET content = 'x' WHERE is_shipped",
        "UPDATE scoring_model_version SET developed_by = gen_random_uuid()",
        "DELETE FROM scoring_model_version",
        "UPDATE scoring_model_activation SET role = 'challenger'",
    ],
)
def test_not_even_the_tables_owner(people: People, attack: str) -> None:
    with login("owner") as owner, pytest.raises(psycopg.Error) as refused:
        owner.execute(attack)
    assert refused.value.sqlstate in {"23001", "23514"}


def test_the_web_process_ships_nothing(people: People) -> None:
    content = model_file()
    with login("web") as web, pytest.raises(psycopg.errors.CheckViolation) as refused:
        web.execute(
            "INSERT INTO scoring_model_version (id, version, sha256, content, is_shipped, status,"
            " role, note, findings, registered_at) VALUES (gen_random_uuid(), 'x',"
            " encode(sha256(%s), 'hex'), %s, true, 'draft', '', '', '', now())",
            [content, content],
        )
    assert refused.value.diag.constraint_name == "model_shipped_by_release"


def test_a_repeated_request_changes_nothing_and_an_overtaken_one_is_refused(
    people: People,
) -> None:
    before, version = active(), validated(people)
    assert before is not None
    request = request_for(version)
    assert activate_model(people.olga, **request) == activate_model(people.olga, **request)
    assert version.activations.count() == 1
    activated(people, before)
    with pytest.raises(InvalidTransition) as refused:
        activate_model(people.olga, **request)
    assert refused.value.code == "activation_used"
    assert champion().version == before.version


def test_a_request_for_one_model_activates_no_other(people: People) -> None:
    first, second = validated(people), validated(people)
    request = request_for(first)
    activate_model(people.olga, **request)
    with pytest.raises(InvalidTransition) as refused:
        activate_model(people.olga, **request_for(second, request_id=request["request_id"]))
    assert refused.value.code == "activation_used"


def test_an_old_activation_row_lets_nothing_back_in(people: People) -> None:
    """By SQL, with the row of an activation that was good once."""
    before, version = active(), validated(people)
    assert before is not None
    used = activated(people, version).activation_id
    for each in (before, version, before):  # by now its row names a newer activation
        activated(people, each)
    with login("web") as web, pytest.raises(psycopg.errors.CheckViolation) as refused:
        web.execute(
            "UPDATE scoring_model_version SET status = 'active', role = 'challenger',"
            " activation_id = %s WHERE id = %s",
            [used, version.id],
        )
    assert refused.value.diag.constraint_name == "model_activation_used_once"


def shipped(people: People) -> ModelVersion:
    """A later release's scorecard: the installation has a champion."""
    content = model_file()
    with logged_in("owner"):
        (made,) = ship_models(
            files=[content], released={sha256(content).hexdigest()}, champion_sha256=""
        )
    assert (made.status, people.vera.person_name) == (ModelStatus.DRAFT, "Vera Demo")
    return made


def test_a_later_release_is_validated_here_before_anybody_activates_it(people: People) -> None:
    """Put away and rolled back to, it would have had no validator at all."""
    draft = shipped(people)
    with pytest.raises(InvalidTransition):
        activate_model(people.olga, **request_for(draft))
    retire_model(people.olga, version_id=draft.id)
    with pytest.raises(InvalidTransition) as refused:
        activate_model(people.olga, **request_for(draft))
    assert refused.value.code == "model_draft"
    with (
        login("web", autocommit=False) as web,
        pytest.raises(psycopg.errors.CheckViolation) as by_web,
    ):
        activate_by_sql(web, draft, people.olga.person_id)
    assert by_web.value.diag.constraint_name == "model_active_is_validated"


def test_a_later_release_goes_to_work_by_a_validator_and_an_activator(people: People) -> None:
    before, draft = active(), shipped(people)
    assert before is not None
    validate_model(people.vera, version_id=draft.id, findings=FINDINGS)
    with pytest.raises(NotAllowed):
        activate_model(with_every_role(people.vera), **request_for(draft))
    assert activated(people, draft).status == ModelStatus.ACTIVE
    activated(people, before)


def test_there_is_always_a_champion(people: People) -> None:
    now = active()
    assert now is not None
    with pytest.raises(RuleBroken) as refused:
        activate_model(
            people.olga,
            version_id=now.id,
            role=ModelRole.CHALLENGER,
            instead_of=None,
            request_id=uuid4(),
        )
    assert refused.value.code == "champion_needed"
    for attack in (
        "SET status = 'retired', role = ''",
        "SET role = 'challenger'",
    ):
        with login("web") as web, pytest.raises(psycopg.errors.CheckViolation) as by_web:
            web.execute(f"UPDATE scoring_model_version {attack} WHERE role = 'champion'")
        assert by_web.value.diag.constraint_name == "model_champion_needed"


def test_the_web_process_activates_nothing_in_a_releases_name(people: People) -> None:
    draft = drafted(people)
    with login("web") as web, pytest.raises(psycopg.errors.CheckViolation) as refused:
        web.execute(
            "INSERT INTO scoring_model_activation (id, version_id, role, at)"
            " VALUES (gen_random_uuid(), %s, 'champion', now())",
            [draft.id],
        )
    assert refused.value.diag.constraint_name == "activation_by_somebody"


def test_of_two_activations_at_once_one_wins(people: People) -> None:
    first, second = validated(people), validated(people)
    requests = [request_for(first), request_for(second)]
    ended = at_once(*(lambda r=r: activate_model(people.olga, **r) for r in requests))
    assert ended == ["InvalidTransition", "done"]


def test_a_roll_back_is_an_activation_of_its_own(people: People) -> None:
    before, version = active(), validated(people)
    assert before is not None
    activated(people, version)
    assert champion().version == version.version
    activated(people, before)
    assert champion().sha256 == before.sha256
    assert ModelVersion.objects.get(id=version.id).status == ModelStatus.RETIRED


def test_the_database_moves_as_the_table_says(people: People) -> None:
    """Every pair of states, by the tables' owner: only those of ``MOVES`` pass the guard."""
    in_state = {
        ModelStatus.DRAFT: drafted(people),
        ModelStatus.VALIDATED: validated(people),
        ModelStatus.RETIRED: retire_model(people.olga, version_id=validated(people).id),
        ModelStatus.ACTIVE: active(),
    }
    found = {now: {to for to in ModelStatus if moves(in_state[now], to)} for now in ModelStatus}
    assert found == {now: set(allowed) for now, allowed in MOVES.items()}


def moves(version: ModelVersion | None, to: ModelStatus) -> bool:
    """Whether the guard has nothing against the move itself; nothing stays."""
    assert version is not None
    with login("owner", autocommit=False) as owner:
        try:
            owner.execute(
                "UPDATE scoring_model_version SET status = %s WHERE id = %s",
                [to.value, version.id],
            )
        except psycopg.Error as refused:
            return "does not move" not in str(refused)
        finally:
            owner.rollback()
    return True


def test_bytes_changed_behind_the_guard_are_refused(people: People) -> None:
    version = validated(people)
    with login("owner", autocommit=False) as owner:
        owner.execute("ALTER TABLE scoring_model_version DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE scoring_model_version SET content = content || 'x' WHERE id = %s", [version.id]
        )
        owner.execute("ALTER TABLE scoring_model_version ENABLE TRIGGER USER")
        owner.commit()
    with pytest.raises(RuleBroken) as refused:
        activated(people, version)
    assert refused.value.code == "model_unusable"
    with pytest.raises(ModelError, match="SHA-256"):
        registered_model(version.sha256)
