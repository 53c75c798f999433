"""Erasing what no consent covers any more: as a job at each end, and by the watchdog's sweep.

`vault.erase` decides, counts and records; it can only erase what nobody may read. So it is safe in
the hands of the intake worker (which runs the jobs) and of the watchdog (which needs neither broker
nor beat), and nobody else has it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from portal.consents.gate_errors import GateRefused, gate_refusals
from portal.core.jobs import Cancelled


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
    """Erase for every consent that is due and not reported; the number of consents. Watchdog only.

    Correctness rests on this one: a lost job, a kept wish that has run out and an expiry are all
    found here.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM gate.due_erasures()")
        due = [row[0] for row in cursor.fetchall()]
    for consent_id in due:
        with suppress(Cancelled):  # covered again since it was found: the next one all the same
            erase_tax_data(consent_id, using=using)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT vault.drop_staged()")
    return len(due)
