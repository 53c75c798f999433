"""States of a consent and of a request, and the moves between them.

The database derives the state from append-only rows (`gate.consent_status`); this table says the
same for pages, documentation and tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ConsentState(StrEnum):
    NOT_YET = "not_yet"
    ACTIVE = "active"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    KEY_REVOKED = "key_revoked"


class RequestState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


_ENDS = frozenset(
    {
        ConsentState.WITHDRAWN,
        ConsentState.SUPERSEDED,
        ConsentState.EXPIRED,
        ConsentState.KEY_REVOKED,
    }
)
MOVES: Final[Mapping[ConsentState, frozenset[ConsentState]]] = {
    ConsentState.NOT_YET: _ENDS | {ConsentState.ACTIVE},
    ConsentState.ACTIVE: _ENDS | {ConsentState.PAUSED},
    ConsentState.PAUSED: _ENDS | {ConsentState.ACTIVE},
    ConsentState.KEY_REVOKED: frozenset({ConsentState.WITHDRAWN}),
    ConsentState.WITHDRAWN: frozenset(),
    ConsentState.SUPERSEDED: frozenset(),
    ConsentState.EXPIRED: frozenset({ConsentState.KEY_REVOKED}),
}
STOPPABLE: Final = frozenset(
    state for state, moves in MOVES.items() if ConsentState.WITHDRAWN in moves
)
STANDING: Final = frozenset(
    state for state, moves in MOVES.items() if ConsentState.SUPERSEDED in moves
)
