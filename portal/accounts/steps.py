"""The row that tells the signer who comes, why, and from which portal session."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import connections

from portal.accounts.handover import Purpose


def insert_step(
    *,
    person_id: UUID,
    purpose: Purpose,
    session_digest: str,
    next_: str = "",
    using: str = "default",
) -> UUID:
    """Ask the signer for one step; returns its id, which is where the person is sent."""
    step_id = uuid4()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO sign.step (id, person, session_digest, purpose, next)"
            " VALUES (%s, %s, %s, %s, %s)",
            [step_id, person_id, session_digest, purpose, next_],
        )
    return step_id
