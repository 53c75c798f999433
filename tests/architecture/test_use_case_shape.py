"""The shape of a use case (docs/recipes): one transaction, the actor first, no use case inside."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.use_cases import ROOT, UseCase, use_cases

ALL = list(use_cases())
NAMES = {case.module for case in ALL}


def test_there_are_use_cases() -> None:
    assert len(ALL) >= 10


# A stop commits first and ends the readers that it left behind afterwards; before the commit they
# are in order. Its transaction is in `portal.consents.stopping`.
AFTER_THE_COMMIT = {"stop_consent", "pause_consent", "release_consent"}
STOPPING = "portal/consents/stopping.py"


def test_a_stop_is_one_durable_transaction_too() -> None:
    source = (ROOT / STOPPING).read_text(encoding="utf-8")
    assert "@transaction.atomic(durable=True)\ndef _commit_stop(" in source


@pytest.mark.parametrize(
    "case", [case for case in ALL if case.name not in AFTER_THE_COMMIT], ids=lambda case: case.name
)
def test_one_durable_transaction(case: UseCase) -> None:
    decorators = {ast.unparse(decorator) for decorator in case.function.decorator_list}
    assert any("durable=True" in text for text in decorators), (
        f"{case.module} must be @transaction.atomic(durable=True)"
    )


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_actor_first_and_the_rest_by_keyword(case: UseCase) -> None:
    assert [argument.arg for argument in case.function.args.args] == ["actor"]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_it_is_the_only_public_function_and_says_what_it_does(case: UseCase) -> None:
    public = [
        node.name
        for node in case.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert public == [case.name]
    assert ast.get_docstring(case.function)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_it_calls_no_other_use_case(case: UseCase) -> None:
    imported = {
        node.module
        for node in ast.walk(case.tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not imported & (NAMES - {case.module})
