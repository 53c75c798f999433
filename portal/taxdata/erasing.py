"""Erasing what no consent covers any more: as a job at each end, and by the watchdog's sweep.

`vault.erase` decides, counts and records; it can only erase what nobody may read. So it is safe in
the hands of the intake worker (which runs the jobs) and of the watchdog (which needs neither broker
nor beat), and nobody else has it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connections, transaction

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
    except GateRefused as refused:
        raise Cancelled(refused.code) from refused
    return Erased(erased, kept)


def sweep_vault(*, using: str = "default") -> int:
    """Erase for every consent that is due and not reported; how many were. Watchdog only.

    Correctness rests on this one: a lost job, a kept wish that has run out and an expiry are all
    found here. One that can't be erased now is left for the next round and stops no other.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM gate.due_erasures()")
        due = [row[0] for row in cursor.fetchall()]
    erased = sum(_is_erased(consent_id, using=using) for consent_id in due)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT vault.drop_staged()")
    return erased


def _is_erased(consent_id: UUID, *, using: str) -> bool:
    try:
        erase_tax_data(consent_id, using=using)
    except Cancelled:  # covered again since it was found
        return False
    except DatabaseError as error:
        log.warning("consent %s: not erased in this round: %s", consent_id, error)
        return False
    return True
