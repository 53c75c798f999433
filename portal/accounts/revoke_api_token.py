"""A manager of a bank ends a token before its time."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.api_token_models import ApiToken
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound


@transaction.atomic(durable=True)
def revoke_api_token(actor: Actor, *, token_id: UUID) -> ApiToken:
    """From the commit on the token opens nothing; what is being answered is answered.

    NotAllowed for anybody but a bank's manager, NotFound for another bank's token,
    InvalidTransition for one that is revoked already. An old second factor is no hindrance:
    stopping is always easy.
    """
    require(actor, Permission.API_TOKEN_MANAGE)
    own = ApiToken.objects.of_bank(actor).filter(id=token_id)
    token = own.select_for_update(no_key=True).first()
    if token is None:
        raise NotFound(code="token_not_found")
    if token.revoked_at is not None:
        raise InvalidTransition(code="token_revoked")
    token.revoked_at = timezone.now()
    token.revoked_by_id = actor.person_id
    token.save(update_fields=["revoked_at", "revoked_by"])
    record(EventKind.API_TOKEN_REVOKED, actor=actor.ref, subject=token.ref, payload={})
    return token
