"""After the password, before anything else: to the signer for the second factor."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.handover import Purpose, digest_of
from portal.accounts.models import User
from portal.accounts.steps import insert_step
from portal.core.errors import NotAllowed


@transaction.atomic(durable=True)
def start_second_step(*, person_id: UUID, session_secret: str, language: str) -> UUID:
    """Ask the signer to check this person's second factor for this portal session.

    Refuses (NotAllowed) a person who is inactive or whose address is not confirmed.
    """
    changed = User.objects.filter(
        id=person_id, is_active=True, email_confirmed_at__isnull=False
    ).update(language=language)
    if not changed:
        raise NotAllowed(code="not_confirmed")
    return insert_step(
        person_id=person_id, purpose=Purpose.SIGN_IN, session_digest=digest_of(session_secret)
    )
