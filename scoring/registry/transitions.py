"""States of a model version and the moves between them; the database keeps the same table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from portal.core.errors import InvalidTransition


class ModelStatus(StrEnum):
    DRAFT = "draft"
    VALIDATED = "validated"
    ACTIVE = "active"
    RETIRED = "retired"


class ModelRole(StrEnum):
    """A champion's scores are the firm's; a challenger's are kept beside them to compare."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"


# From retired back to active is a roll-back: only for a version that was validated.
MOVES: Final[Mapping[ModelStatus, frozenset[ModelStatus]]] = {
    ModelStatus.DRAFT: frozenset({ModelStatus.VALIDATED, ModelStatus.RETIRED}),
    ModelStatus.VALIDATED: frozenset({ModelStatus.ACTIVE, ModelStatus.RETIRED}),
    ModelStatus.ACTIVE: frozenset({ModelStatus.ACTIVE, ModelStatus.RETIRED}),
    ModelStatus.RETIRED: frozenset({ModelStatus.ACTIVE}),
}


def check_move(now: str, to: ModelStatus) -> None:
    """Refuses with InvalidTransition a move that is not in the table."""
    if to not in MOVES[ModelStatus(now)]:
        raise InvalidTransition(code=f"model_{now}")
