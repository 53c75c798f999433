"""From a token to an Actor: which bank's system reads, and what it may."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.api_token_models import ApiToken, Scope
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import TooMany
from portal.core.paging import Page, Place, newest_first

PREFIX: Final = "tbk_"
CALLS_A_MINUTE: Final = 120


@dataclass(frozen=True, slots=True)
class TokenActor(Actor):
    """A bank's system. ``person_id`` is the token's, since no person acts; nor is one named.

    Who made the token is known, and answers for it, but does not act by it.
    """

    made_by: UUID | None = None

    @property
    def ref(self) -> str:
        return f"token:{self.person_id}"


def digest_of(secret: str) -> str:
    """SHA-256 in hex.

    A secret of 256 random bits needs no salt and no slow hash, and comparing
    digests by an index tells nothing about it by the time it takes.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of_token(secret: str) -> TokenActor | None:
    """The actor of a live token, its use counted; None for any other text.

    Refuses (TooMany) more than ``CALLS_A_MINUTE`` within a minute of the clock.
    """
    now = timezone.now()
    if not _count_use(secret, now):
        return None
    token = ApiToken.objects.select_related("organisation").get(digest=digest_of(secret))
    if token.calls > CALLS_A_MINUTE:
        raise TooMany(
            _("Too many calls in a minute: wait for the next one."), code="too_many_calls"
        )
    return TokenActor(
        person_id=token.id,
        person_name=token.name,
        organisation_id=token.organisation_id,
        organisation_kind=OrganisationKind(token.organisation.kind),
        roles=frozenset(Scope(scope).role for scope in token.scopes),
        # That of the person who made the token.
        second_factor_at=token.created_at,
        made_by=token.created_by_id,
    )


def tokens_of_bank(actor: Actor, *, after: Place | None = None) -> Page[ApiToken]:
    """A page of the bank's tokens, ended ones too, newest first, in one query.

    NotAllowed for anybody but the bank's staff.
    """
    require(actor, Permission.CASE_VIEW)
    own = ApiToken.objects.of_bank(actor)
    return newest_first(own.select_related("created_by"), "created_at", after=after)


def _count_use(secret: str, now: datetime) -> int:
    """One statement, so that calls at once are each counted; 0 for no live token."""
    minute = now.replace(second=0, microsecond=0)
    live = ApiToken.objects.filter(Q(expires_at__gt=now), digest=digest_of(secret), revoked_at=None)
    again = When(minute=minute, then=F("calls") + 1)
    return live.update(last_used_at=now, minute=minute, calls=Case(again, default=Value(1)))
