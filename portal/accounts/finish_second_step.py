"""Back from the signer: is this assertion for this person, this session, now, and unused?"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.handover import PORTAL_AUDIENCE, SIGNER_ISSUER, digest_of
from portal.accounts.models import User
from portal.core.errors import NotAllowed
from portal.core.wire import Claims, Typ, check_claims, load_public_keys, verify


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the portal session remembers between password and second factor."""

    person_id: UUID
    step_id: UUID
    session_secret: str


@transaction.atomic(durable=True)
def finish_second_step(*, assertion: str, pending: PendingSignIn) -> User:
    """The person whom the signer vouches for, to be signed in now.

    Refuses an assertion not signed by the pinned key, expired or for another audience
    (WireRefused), for another person, step or session, or used before (NotAllowed).
    """
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    claims = verify(assertion, typ=Typ.SECOND_FACTOR, keys=keys)
    check_claims(claims, issuer=SIGNER_ISSUER, audience=PORTAL_AUDIENCE)
    _check_meant_for(pending, claims)
    # The primary key decides between two requests that bring the same assertion.
    if not _use_once(str(claims["jti"])):
        raise NotAllowed(code="assertion_replayed")
    user = User.objects.filter(id=pending.person_id, is_active=True).first()
    if user is None:
        raise NotAllowed(code="person_inactive")
    return user


def _check_meant_for(pending: PendingSignIn, claims: Claims) -> None:
    expected = {
        "person": str(pending.person_id),
        "step": str(pending.step_id),
        "session": digest_of(pending.session_secret),
    }
    for name, value in expected.items():
        if not hmac.compare_digest(str(claims.get(name, "")), value):
            raise NotAllowed(code=f"other_{name}")


def _use_once(jti: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_usedassertion (jti, used_at) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [jti, timezone.now()],
        )
        return cursor.rowcount == 1
