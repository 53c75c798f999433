"""Finds use cases by their shape: those with an actor, and all public functions that commit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "scoring")
# An outside party's program, which has neither our ledger nor our jobs.
ELSEWHERE = ROOT / "portal" / "sandbox"


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use case as it stands in the source."""

    module: str
    function: ast.FunctionDef
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.function.name

    @property
    def path(self) -> str:
        """``room.module.function``."""
        return f"{self.module}.{self.name}"


def use_cases() -> Iterator[UseCase]:
    """Modules whose one public function has their name and takes an actor first."""
    for case in _public_functions():
        if case.module.endswith(f".{case.name}") and _takes_actor(case.function):
            yield case


def committing() -> Iterator[UseCase]:
    """The same, and every other public function that has a transaction of its own.

    Those are what people and commands do who act for nobody yet: register, invite, sign.
    """
    with_an_actor = {case.path for case in use_cases()}
    for case in _public_functions():
        if case.path in with_an_actor or _commits(case.function):
            yield case


@cache
def _public_functions() -> list[UseCase]:
    return list(_read_public_functions())


def _read_public_functions() -> Iterator[UseCase]:
    for top in ROOMS:
        for path in sorted((ROOT / top).rglob("*.py")):
            if path.is_relative_to(ELSEWHERE):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield UseCase(module, node, tree)


def _takes_actor(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "actor"


def _commits(function: ast.FunctionDef) -> bool:
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    return any(text.startswith("transaction.atomic") for text in decorators) or any(
        "durable=True" in ast.unparse(item.context_expr)
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        for item in node.items
    )
