from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from ledger import migrations, words
from ledger.format.values import COUNT, TOKEN, Scalar
from ledger.kinds import REGISTRY, EventKind, registry_digest
from tests.ledger.facts import payload_of


def test_the_registry_is_the_one_of_its_newest_migration() -> None:
    folder = Path(str(migrations.__file__)).parent
    newest = max(path.stem for path in folder.glob("[0-9]*_kinds*.py"))
    module = import_module(f"ledger.migrations.{newest}")
    assert registry_digest() == module.REGISTRY_DIGEST, "a changed registry needs a new migration"


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_database_has_the_registry() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, writers, gate_only,"
            " (SELECT coalesce(array_agg(r.key), '{}') FROM unnest(payload) r)"
            " FROM ledger.kind_right"
        )
        found = {kind: tuple(rest) for kind, *rest in cursor.fetchall()}
    prefix = settings.ROLE_PREFIX
    assert found == {
        str(kind): (
            [f"{prefix}{writer}" for writer in sorted(rule.writers)],
            rule.gate_only,
            sorted(rule.payload),
        )
        for kind, rule in REGISTRY.items()
    }


def test_every_kind_has_a_rule_and_a_sentence() -> None:
    assert set(REGISTRY) == set(EventKind) == set(words.SENTENCES)


@pytest.mark.parametrize("kind", EventKind)
def test_a_sentence_uses_only_what_the_payload_has(kind: EventKind) -> None:
    str(words.SENTENCES[kind]) % payload_of(kind)


PERSONAL = [
    "张三",
    "Zhang San",
    "zhang@example.cn",
    "13800138000",
    "+86 138 0013 8000",
    "91310000MA1FL4B41U 有限公司",
    "No. 1, Some Road",
    'a"b',
    "a\\b",
    "a\nb",
    "a\0b",
    "\U0001f600",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_no_rule_but_a_token_lets_personal_data_through(text: str) -> None:
    rules = {rule for item in REGISTRY.values() for rule in item.payload.values()}
    allowing = {rule for rule in rules if rule.allows(text)}
    assert allowing <= {TOKEN}
    assert not allowing or text.isdigit()


@given(st.none() | st.booleans() | st.integers() | st.text())
def test_a_count_is_a_small_whole_number(value: Scalar) -> None:
    expected = type(value) is int and 0 <= value < 10**15
    assert COUNT.allows(value) is expected
