"""Asking for the ledger to be re-hashed: by a timer, or by a regulator's button."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue

IS_TIMED = "is_timed"


@transaction.atomic(durable=True)
def ask_ledger_check(actor: Actor | SystemActor, *, slot: str | None = None) -> UUID:
    """Enqueue one check of the chain, of all of it unless by the clock; one ``slot`` asks once.

    Refuses an actor without LEDGER_CHECK; the system may always ask.
    """
    if isinstance(actor, Actor):
        require(actor, Permission.LEDGER_CHECK)
    return enqueue(
        Job.CHECK_LEDGER,
        subject="ledger:main",
        payload={IS_TIMED: slot is not None},
        key=f"ledger-check:{slot or uuid4()}",
    )
