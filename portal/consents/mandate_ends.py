"""A person no longer acts for a firm, as the tax authority says; its consents may have to wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from portal.consents.gate_errors import gate_refusals
from portal.consents.stopping import ending, look_again
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue

_Row = tuple[Any, ...]
_END = "SELECT firm, person, consent, application FROM sign.end_mandate(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class MandateEnd:
    """A line of the authority's list; ``ended_at`` is by its clock."""

    serial: int
    uscc: str
    authority_person: str
    role: str
    ended_at: datetime


def end_mandate(
    actor: SystemActor, end: MandateEnd, *, statement: str, using: str = "default"
) -> None:
    """End the mandate; a legal representative's pauses every consent until the next confirms it.

    ``statement`` is the signed list, already verified. A score job under one of the consents stops
    as on a pause by hand. Refuses (GateRefused, not_the_next) a line out of turn: one that was
    taken before, or that others come before.
    """

    def commit() -> None:
        with transaction.atomic(using=using, durable=True):
            with gate_refusals():
                rows = _rows(_END, _values(end, statement), using)
            _follow_up(actor, end, rows, using)

    ending(*_consents_of(end.uscc, using), commit=commit, using=using)


def last_serial(*, using: str = "default") -> int:
    """The last line that was taken; 0 for none."""
    ((last,),) = _rows("SELECT coalesce(max(serial), 0) FROM sign.mandate_end", [], using)
    return int(last)


def _values(end: MandateEnd, statement: str) -> list[Any]:
    return [end.serial, end.uscc, end.authority_person, end.role, end.ended_at, statement]


def _follow_up(actor: SystemActor, end: MandateEnd, rows: list[_Row], using: str) -> None:
    for _firm, _person, consent_id, application_id in rows:
        if consent_id is not None:
            look_again(consent_id, application_id=application_id, using=using)
    for firm_id in {row[0] for row in rows}:
        enqueue(
            Job.TELL_MANDATE_ENDED,
            subject=f"firm:{firm_id}",
            payload={
                "people": [str(row[1]) for row in rows if row[1] is not None],
                "consents": [str(row[2]) for row in rows if row[2] is not None],
                "by": actor.ref,
            },
            key=f"mandate-end:{end.serial}",
            using=using,
        )


def _consents_of(uscc: str, using: str) -> list[UUID]:
    query = (
        "SELECT c.id FROM gate.consent_status c JOIN sign.firm f ON f.id = c.firm"
        " WHERE f.uscc = %s AND c.state = 'active'"
    )
    return [row[0] for row in _rows(query, [uscc], using)]


def _rows(query: str, values: list[Any], using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
