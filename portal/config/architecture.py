"""Pictures of the house drawn from its code: rooms and their imports, states of an application."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from portal.applications.transitions import diagram

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "architecture.md"
OURS = ("portal.", "scoring", "ledger")
DOUBLE = ("portal.web", "portal.sandbox")  # rooms whose inner rooms are strangers to each other


def room_of(module: str) -> str:
    """The room a module belongs to: ``portal.jobs``, ``portal.web.sme``, ``scoring.engine``…"""
    parts = module.split(".")
    if module.startswith("scoring.engine"):
        return "scoring.engine"
    if parts[0] in {"ledger", "scoring"}:
        return parts[0]
    depth = 3 if module.startswith(DOUBLE) and _is_folder(parts[:3]) else 2
    return ".".join(parts[:depth])


def _is_folder(parts: list[str]) -> bool:
    return ROOT.joinpath(*parts).is_dir()


def imports() -> set[tuple[str, str]]:
    """Every (room, imported room) in the source, read as text."""
    found = set()
    for module, target in _module_imports():
        pair = room_of(module), room_of(target)
        if pair[0] != pair[1]:
            found.add(pair)
    return found


def _module_imports() -> Iterator[tuple[str, str]]:
    for top in ("portal", "scoring", "ledger"):
        for path in (ROOT / top).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS):
                    yield module, node.module or ""


def rooms_picture() -> str:
    """Rooms and arrows as Mermaid; arrows into ``portal.core`` and the door are left out."""
    lines = ["flowchart TD"]
    for room, target in sorted(imports()):
        if target not in {"portal.core", "portal.config"} and room != "portal.config":
            lines.append(f"    {room} --> {target}")
    return "\n".join(lines) + "\n"


PICTURES = {"rooms": rooms_picture, "application states": diagram}


def drawn(text: str) -> str:
    """The document with every picture between its markers drawn anew."""
    for name, draw in PICTURES.items():
        marked = re.compile(rf"(<!-- drawn: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        # The code draws no backslash, which alone would mean something to `sub`.
        text = marked.sub(rf"\1```mermaid\n{draw()}```\n\2", text)
    return text
