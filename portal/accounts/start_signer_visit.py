"""A signed-in person goes to the signer again: for what is to be signed, or for devices."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.handover import Purpose, digest_of
from portal.accounts.steps import insert_step
from portal.core.actor import Actor
from portal.core.errors import NotAllowed

_ALLOWED = frozenset(
    {Purpose.CONSENT, Purpose.RESUME, Purpose.OFFER, Purpose.AGREEMENT, Purpose.SECURITY}
)


@transaction.atomic(durable=True)
def start_signer_visit(
    actor: Actor, *, purpose: Purpose, session_secret: str, request_id: UUID | None = None
) -> UUID:
    """Ask the signer to check the person's second factor again and go on to the purpose.

    Refuses (NotAllowed) a purpose that has a use case of its own, or a session without second
    factor. What the person may sign is checked by the signer itself.
    """
    if actor.second_factor_at is None or purpose not in _ALLOWED:
        raise NotAllowed(code="visit_not_allowed")
    return insert_step(
        person_id=actor.person_id,
        purpose=purpose,
        session_digest=digest_of(session_secret),
        next_=str(request_id) if request_id else "",
    )
