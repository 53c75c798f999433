"""docs/settings.md against the code: every variable, its default, and the process that gets it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import global_settings

from portal.embedded.credentials import LOGINS
from portal.embedded.installation import Installation
from portal.embedded.processes import processes
from tests.architecture.use_cases import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
NAME = re.compile(r"(?:TAXBRIDGE|TAX_AUTHORITY|DATABASE_URL)_[A-Z_]+|DJANGO_SETTINGS_MODULE")
ROWS = {
    match[1]: tuple(cell.strip() for cell in match[2].split("|"))
    for match in re.finditer(r"^\| `([A-Z_]+)` \|(.*)\|$", PAGE, re.MULTILINE)
}
SETTINGS = [
    *sorted((ROOT / "portal" / "config" / "settings").glob("*.py")),
    ROOT / "portal" / "signer" / "settings.py",
    ROOT / "portal" / "sandbox" / "taxauthority" / "settings.py",
]
# Read by Django, though it has no default for them, and by what we installed.
THEIRS = (
    "AXES_",
    "CELERY_",
    "CONTENT_SECURITY_POLICY",
    "EMAIL_FILE_PATH",
    "OTP_",
    "REST_FRAMEWORK",
    "ROOT_URLCONF",
    "SPECTACULAR_SETTINGS",
    "WHITENOISE_",
)


def trees(*tops: str) -> Iterator[ast.Module]:
    for top in tops:
        for path in (ROOT / top).rglob("*.py"):
            yield ast.parse(path.read_text(encoding="utf-8"))


def variables() -> set[str]:
    """Every name of ours that stands in the code, and one per log-in, which is put together."""
    named = {
        node.value
        for tree in trees("portal", "ledger", "scoring", "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAME.fullmatch(node.value)
    }
    return named | {f"DATABASE_URL_{login.upper()}" for login in LOGINS}


def defaults() -> Iterator[tuple[str, list[str]]]:
    """Per variable that is read with a default, the strings that the default is made of."""
    for tree in trees("portal", "ledger", "scoring"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env."):
                name, *default = [*node.args, *(keyword.value for keyword in node.keywords)]
                if isinstance(name, ast.Constant):
                    yield str(name.value), [text for part in default for text in _strings(part)]


def _strings(node: ast.AST) -> list[str]:
    parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [part for part in parts if isinstance(part, str)]


def given(folder: Path) -> dict[str, str]:
    """Per variable, the processes that the supervisor gives it to, as the page writes them."""
    server = "postgresql://postgres@127.0.0.1:5432/postgres"
    run = Installation(folder, 8000, server, "redis://127.0.0.1/0", given={})
    every = processes(base_port=8000, scratch=folder)
    ours = [process.name for process in every if not process.is_outside]
    found: dict[str, list[str]] = {}
    for process in every:
        for name in run.environment_for(process):
            found.setdefault(name, []).append(process.name)
    return {
        name: "every process" if names == ours else ", ".join(names)
        for name, names in found.items()
    }


def own_settings() -> set[str]:
    """Names that our settings modules make, and neither Django nor a companion reads."""
    named = {
        target.id
        for path in SETTINGS
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for target in _targets(node)
        if isinstance(target, ast.Name)
    }
    return {
        name
        for name in named - set(dir(global_settings))
        if name.isupper() and not name.startswith(THEIRS)
    }


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def test_the_page_has_every_variable_and_no_other() -> None:
    assert set(ROWS) == variables()


@pytest.mark.parametrize(("name", "parts"), sorted(defaults()))
def test_the_page_says_the_default(name: str, parts: list[str]) -> None:
    assert [part for part in parts if part not in ROWS[name][1]] == []


def test_the_page_says_which_process_is_given_what(tmp_path: Path) -> None:
    told = given(tmp_path)
    names = {process.name for process in processes(base_port=8000, scratch=tmp_path)}
    for name, cells in ROWS.items():
        if name in told:
            assert cells[2] == told[name], name
        else:
            assert cells[2] != "every process", name
            assert not names & set(cells[2].split(", ")), name


def test_the_page_names_every_setting_of_our_own_and_no_other() -> None:
    _, _, section = PAGE.partition("## Settings of ours")
    assert set(re.findall(r"`([A-Z_]+)`", section)) == own_settings()
