"""A manager of a bank makes a token for one of the bank's own systems."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.api_token_models import LONGEST, ApiToken, Scope
from portal.accounts.api_tokens import PREFIX, digest_of
from portal.accounts.permissions import Permission, require
from portal.accounts.step_up import require_fresh
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken

NAME_LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class NewToken:
    """The token with its secret, which exists nowhere else."""

    token: ApiToken
    secret: str


@transaction.atomic(durable=True)
def create_api_token(actor: Actor, *, name: str, scopes: Collection[Scope], days: int) -> NewToken:
    """Make a token of 256 random bits and record it; the secret can't be had a second time.

    NotAllowed for anybody but a bank's manager, and with a second factor older than
    `step_up.FRESH`; RuleBroken for a missing or overlong name, no scope, or a life that isn't
    between a day and a year.
    """
    require(actor, Permission.API_TOKEN_MANAGE)
    require_fresh(actor)
    if actor.organisation_id is None:
        raise NotFound(code="organisation_unknown")
    _check(name, scopes, days)
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        organisation_id=actor.organisation_id,
        name=name.strip(),
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        created_by_id=actor.person_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        EventKind.API_TOKEN_CREATED,
        actor=actor.ref,
        subject=token.ref,
        payload={
            "bank": str(actor.organisation_id),
            "scopes": ",".join(sorted(scope.code for scope in set(scopes))),
            "days": days,
        },
    )
    return NewToken(token, secret)


def _check(name: str, scopes: Collection[Scope], days: int) -> None:
    if not 1 <= len(name.strip()) <= NAME_LIMIT:
        raise RuleBroken(
            _("Name the system in up to %(limit)d characters.") % {"limit": NAME_LIMIT},
            code="token_name_unclear",
        )
    if not scopes:
        raise RuleBroken(_("Choose what the system may read."), code="token_scopes_missing")
    if not 1 <= days <= LONGEST.days:
        raise RuleBroken(
            _("A token lives from 1 to %(days)d days.") % {"days": LONGEST.days},
            code="token_life_out_of_range",
        )
