"""Back from the signer: is this assertion for this person, this session, now, and unused?"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.activity import Activity, note_activity
from portal.accounts.actors import actor_of_person
from portal.accounts.handover import PORTAL_AUDIENCE, SIGNER_ISSUER, digest_of
from portal.accounts.models import User
from portal.core.errors import RuleBroken
from portal.core.wire import Claims, Typ, WireRefused, check_claims, load_public_keys, verify


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the portal session remembers between password and second factor."""

    person_id: UUID
    step_id: UUID
    session_secret: str


@transaction.atomic(durable=True)
def finish_second_step(*, assertion: str, pending: PendingSignIn, address: str) -> User:
    """The person whom the signer vouches for, to be signed in now; the sign-in is noted.

    Refuses (RuleBroken, with the code of what is wrong) an assertion that is not signed by the
    pinned key, expired, for another audience, person, step or session, or used before.
    """
    claims = _claims_of(assertion)
    _check_meant_for(pending, claims)
    # The primary key decides between two requests that bring the same assertion.
    if not _use_once(str(claims["jti"])):
        raise _refused("assertion_replayed")
    user = User.objects.filter(id=pending.person_id, is_active=True).first()
    if user is None:
        raise _refused("person_inactive")
    actor = actor_of_person(user, second_factor_at=timezone.now())
    note_activity(actor, Activity.SIGNED_IN, subject=user.ref, address=address)
    return user


def _claims_of(assertion: str) -> Claims:
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    try:
        claims = verify(assertion, typ=Typ.SECOND_FACTOR, keys=keys)
        check_claims(claims, issuer=SIGNER_ISSUER, audience=PORTAL_AUDIENCE)
    except WireRefused as refusal:
        raise _refused(refusal.code) from refusal
    return claims


def _check_meant_for(pending: PendingSignIn, claims: Claims) -> None:
    expected = {
        "person": str(pending.person_id),
        "step": str(pending.step_id),
        "session": digest_of(pending.session_secret),
    }
    for name, value in expected.items():
        if not hmac.compare_digest(str(claims.get(name, "")).encode(), value.encode()):
            raise _refused(f"other_{name}")


def _refused(code: str) -> RuleBroken:
    return RuleBroken(_("Your sign-in could not be confirmed. Please sign in again."), code=code)


def _use_once(jti: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_usedassertion (jti, used_at) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [jti, timezone.now()],
        )
        return bool(cursor.rowcount == 1)
