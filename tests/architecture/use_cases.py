"""Finds every use case: a module whose one public function has its name and takes an actor."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use case as it stands in the source."""

    module: str
    function: ast.FunctionDef
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.function.name


def use_cases() -> Iterator[UseCase]:
    """All of them, found by their shape and not by a list."""
    for top in ("portal", "scoring"):
        for path in sorted((ROOT / top).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and node.name == path.stem:
                    first = node.args.args[0].arg if node.args.args else ""
                    if first == "actor":
                        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                        yield UseCase(module, node, tree)
