"""A reader of the gate's SQL can tell which definition is in force: the others say where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import portal.consents

ROOM = Path(str(portal.consents.__file__)).parent
DEFINED = re.compile(
    r"^(?P<before>.*)\nCREATE (?:OR REPLACE )?(?:FUNCTION|VIEW) (?P<name>[a-z_]+\.[a-z_\"]+)",
    re.MULTILINE,
)


def files() -> Iterator[Path]:
    """In the order in which the migrations run them."""
    for migration in sorted((ROOM / "migrations").glob("0*.py")):
        for name in re.findall(r'"([a-z0-9_]+\.sql)"', migration.read_text(encoding="utf-8")):
            yield ROOM / "sql" / name


def test_every_replaced_definition_says_where_the_one_in_force_is() -> None:
    found = [
        (match["name"], match["before"], path.name)
        for path in files()
        for match in DEFINED.finditer(path.read_text(encoding="utf-8"))
    ]
    newest = {name: file for name, _before, file in found}
    assert len(newest) < len(found), "some are replaced"
    for name, before, file in found:
        note = f"-- Replaced in {newest[name]}."
        assert (before == note) == (file != newest[name]), (name, file)
