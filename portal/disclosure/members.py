"""Who could act for an organisation in a span of time; for a firm by the authority's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from portal.accounts.models import Membership, Organisation
from portal.consents.firm_people import mandates_between
from portal.core.actor import OrganisationKind


@dataclass(frozen=True, slots=True)
class Member:
    """A person's role, from a moment until another, or until further notice."""

    person_id: UUID
    role: str
    since: datetime
    until: datetime | None


def members_of(organisation: Organisation, since: datetime, until: datetime) -> list[Member]:
    """Everybody with a role on some moment from ``since`` on and before ``until``, oldest first."""
    if organisation.kind == OrganisationKind.FIRM:
        return _mandated(organisation.id, since, until)
    rows = Membership.objects.filter(organisation=organisation, starts_at__lt=until)
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=since)).order_by("starts_at", "id")
    return [Member(row.user_id, row.role, row.starts_at, row.ends_at) for row in rows]


def _mandated(firm_id: UUID, since: datetime, until: datetime) -> list[Member]:
    """A membership of a firm doesn't end by itself: the mandate behind it does."""
    return [
        Member(mandate.person_id, f"firm_{mandate.role}", mandate.since, mandate.until)
        for mandate in mandates_between(firm_id, since, until)
    ]
