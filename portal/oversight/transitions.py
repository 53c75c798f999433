"""The life of an incident: seen, reported to the authority in charge, closed with its cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.core.errors import InvalidTransition
from portal.oversight.models import Status

MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.OPEN: frozenset({Status.REPORTED}),
    Status.REPORTED: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


def check_move(current: str, target: Status) -> None:
    """Refuse a step that the mapping does not know with InvalidTransition (409)."""
    if target not in MOVES[Status(current)]:
        raise InvalidTransition(code=f"incident_{current}_to_{target}")
