"""Erasing what no consent covers any more: as a job at each end, and by the watchdog's sweep.

`vault.erase` decides, counts and records; it can only erase what nobody may read. So it is safe in
the hands of the intake worker (which runs the jobs) and of the watchdog (which needs neither broker
nor beat), and nobody else has it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connections, transaction

from portal.consents.events_told import Told, tell_later
from portal.consents.gate_errors import GateRefused, gate_refusals
from portal.core.jobs import Cancelled

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """Chunks erased, and those of the same months that another consent still covers."""

    erased: int
    kept: int


def erase_tax_data(consent_id: UUID, *, using: str = "default") -> Erased:
    """Erase what only this consent covered. Again, it finds nothing and records nothing.

    Raises Cancelled (still_covered) for a consent for whose sake the records may stay, and for an
    unknown one (no_such_consent).
    """
    try:
        with (
            transaction.atomic(using=using, durable=True),
            gate_refusals(),
            connections[using].cursor() as cursor,
        ):
            cursor.execute("SELECT erased, kept FROM vault.erase(%s)", [consent_id])
            ((erased, kept),) = cursor.fetchall()
            tell_later(consent_id, Told.ERASED, using=using)
    except GateRefused as refused:
        raise Cancelled(refused.code) from refused
    return Erased(erased, kept)


def sweep_vault(*, using: str = "default") -> int:
    """Erase for every consent that is due and not reported, and what was staged and will never be
    completed; for how many. Watchdog only.

    Correctness rests on this one: a lost job, a kept wish that has run out and an expiry are all
    found here. One that can't be erased now is left for the next round and stops no other.
    """
    due = _listed("SELECT * FROM gate.due_erasures()", using=using)
    erased = sum(_is_erased(consent_id, erase_tax_data, using=using) for consent_id in due)
    staged = _listed("SELECT DISTINCT consent FROM vault.staged_leftovers()", using=using)
    return erased + sum(_is_erased(consent_id, _drop_staged, using=using) for consent_id in staged)


def _is_erased(consent_id: UUID, erase: Callable[..., object], *, using: str) -> bool:
    try:
        erase(consent_id, using=using)
    except Cancelled:  # covered again since it was found
        return False
    except DatabaseError as error:
        log.warning("consent %s: not erased in this round: %s", consent_id, error)
        return False
    return True


def _drop_staged(consent_id: UUID, *, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT vault.drop_staged(%s)", [consent_id])


def _listed(query: str, *, using: str) -> list[UUID]:
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
