"""A reader of the rooms' SQL can tell which definition is in force: the others say where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import portal.consents
import portal.taxdata

ROOMS = [Path(str(room.__file__)).parent for room in (portal.consents, portal.taxdata)]
DEFINED = re.compile(
    r"^(?P<before>.*)\n(?:CREATE (?:OR REPLACE )?(?:FUNCTION|VIEW) (?P<name>[a-z_]+\.[a-z_\"]+)"
    r"|(?:CREATE|ALTER) POLICY (?P<policy>\w+ ON [a-z_]+\.[a-z_]+))",
    re.MULTILINE,
)


def files(room: Path) -> Iterator[Path]:
    """In the order in which the migrations run them."""
    for migration in sorted((room / "migrations").glob("0*.py")):
        for name in re.findall(r'"([a-z0-9_]+\.sql)"', migration.read_text(encoding="utf-8")):
            yield room / "sql" / name


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_replaced_definition_says_where_the_one_in_force_is(room: Path) -> None:
    found = [
        (match["name"] or match["policy"], match["before"], path.name)
        for path in files(room)
        for match in DEFINED.finditer(path.read_text(encoding="utf-8"))
    ]
    newest = {name: file for name, _before, file in found}
    assert len(newest) < len(found), "some are replaced"
    for name, before, file in found:
        note = f"-- Replaced in {newest[name]}."
        assert (before == note) == (file != newest[name]), (name, file)
