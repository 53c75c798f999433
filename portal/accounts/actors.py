"""From a signed-in session to an Actor: which person, acting for which organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from portal.accounts.models import Membership, User
from portal.core.actor import Actor, OrganisationKind, Role

SECOND_FACTOR_AT: Final = "second_factor_at"
ORGANISATION: Final = "organisation"


def actor_for(request: HttpRequest) -> Actor | None:
    """The request's actor, or None before password *and* second factor."""
    if SECOND_FACTOR_AT not in request.session:
        return None
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    return actor_of_session(user, request.session)


def act_for(request: HttpRequest, organisation_id: UUID) -> None:
    """Have this session act for one of the person's organisations from now on.

    Pages that are open for another one, in this browser, send no form any more: what was begun in
    the name of one firm must not be done in another's.
    """
    chosen = str(organisation_id)
    if request.session.get(ORGANISATION) != chosen:
        request.session[ORGANISATION] = chosen
        rotate_token(request)


def actor_of_session(user: User, session: SessionBase) -> Actor | None:
    """The person's actor in this session; None when the session has seen no second factor."""
    at = session.get(SECOND_FACTOR_AT)
    if at is None:
        return None
    chosen = session.get(ORGANISATION)
    actor = actor_of_person(
        user,
        second_factor_at=datetime.fromisoformat(at),
        organisation_id=UUID(chosen) if chosen else None,
    )
    if not chosen and actor.organisation_id is not None:
        # Kept: a page that is open for one firm must not act for another when that one ends.
        session[ORGANISATION] = str(actor.organisation_id)
    return actor


def actor_of_person(
    user: User, *, second_factor_at: datetime | None, organisation_id: UUID | None = None
) -> Actor:
    """The person acting for ``organisation_id``; where none is named, for the oldest membership.

    A membership that has ended gives nothing: neither the organisation nor its role, nor another
    organisation in its place.
    """
    memberships = list(
        Membership.objects.live()
        .filter(user=user)
        .select_related("organisation")
        .order_by("starts_at", "id")
    )
    chosen = next((m for m in memberships if m.organisation_id == organisation_id), None)
    if organisation_id is None and memberships:
        chosen = memberships[0]
    if chosen is None:
        return Actor(user.id, user.real_name, second_factor_at=second_factor_at)
    return Actor(
        person_id=user.id,
        person_name=user.real_name,
        organisation_id=chosen.organisation_id,
        organisation_kind=OrganisationKind(chosen.organisation.kind),
        roles=frozenset({Role(chosen.role)}),
        second_factor_at=second_factor_at,
    )
