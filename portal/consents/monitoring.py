"""Which firms let a bank watch over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from portal.consents.purposes import Purpose
from portal.consents.transitions import ConsentState

_AT_ONCE = 2_000
_LIVE = """
    SELECT s.id, s.firm FROM gate.consent_status s
    WHERE s.bank = %s AND s.purpose = %s AND s.state = 'active' AND s.id > %s
    ORDER BY s.id LIMIT %s
"""
_STANDINGS = """
    SELECT s.id, s.state, f.name, f.name_zh FROM gate.consent_status s
        JOIN sign.firm f ON f.id = s.firm
    WHERE s.id = ANY(%s)
"""
_BANKS = """
    SELECT DISTINCT s.bank FROM gate.consent_status s WHERE s.purpose = %s AND s.state = 'active'
"""


def monitoring_consents(bank_id: UUID) -> Iterator[tuple[UUID, UUID]]:
    """Consent and firm of every live monitoring consent for the bank, a few thousand at a time."""
    after = UUID(int=0)
    while rows := _rows(_LIVE, [bank_id, Purpose.MONITORING, after, _AT_ONCE]):
        yield from ((row[0], row[1]) for row in rows)
        after = rows[-1][0]


def banks_that_monitor() -> list[UUID]:
    """Every bank for which such a consent is live."""
    return [row[0] for row in _rows(_BANKS, [Purpose.MONITORING])]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose consent it is, and where it stands."""

    state: ConsentState
    firm_name: str
    firm_name_zh: str

    @property
    def is_live(self) -> bool:
        return self.state == ConsentState.ACTIVE


def standings(consent_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Of the given consents, in one query for a whole page."""
    rows = _rows(_STANDINGS, [list(consent_ids)])
    return {row[0]: Standing(ConsentState(row[1]), row[2], row[3]) for row in rows}


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
