"""What pages read about people and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from portal.accounts.activity import Activity
from portal.accounts.models import ActivityRow, Membership, MembershipQuerySet, Organisation, User
from portal.core.actor import Actor, OrganisationKind

MOST_NAMED = 500


def memberships_of(actor: Actor) -> MembershipQuerySet:
    """The organisations the person may act for now, with roles."""
    return (
        Membership.objects.live()
        .filter(user_id=actor.person_id)
        .select_related("organisation")
        .order_by("starts_at", "id")
    )


def recent_sign_ins_of(actor: Actor, *, size: int = 10) -> list[ActivityRow]:
    """The person's own last sign-ins, newest first."""
    rows = ActivityRow.objects.filter(actor=actor.ref, activity=Activity.SIGNED_IN)
    return list(rows.order_by("-at")[:size])


def organisation_for(actor: Actor) -> Organisation | None:
    """The organisation the actor acts for now; None for a newcomer."""
    if actor.organisation_id is None:
        return None
    return Organisation.objects.filter(id=actor.organisation_id).first()


def firm_ids_named(text: str) -> list[UUID]:
    """Firms with this code, or whose name in either language begins so; the first 500."""
    begins = Q(name__istartswith=text) | Q(name_zh__istartswith=text) | Q(uscc=text.upper())
    firms = Organisation.objects.filter(begins, kind=OrganisationKind.FIRM)
    return list(firms.values_list("id", flat=True)[:MOST_NAMED])


def names_of(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these people are called; one that doesn't exist is left out."""
    return dict(User.objects.filter(id__in=person_ids).values_list("id", "real_name"))
