"""What the page of approval limits reads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from portal.accounts.models import Membership
from portal.accounts.permissions import PERMISSIONS, Permission, require
from portal.applications.approval_models import ApprovalLimit
from portal.applications.limits import STANDARD, Limits
from portal.core.actor import Actor, Role
from portal.core.errors import NotAllowed, NotFound

DECIDING = [role for role, may in PERMISSIONS.items() if Permission.APPLICATION_DECIDE in may]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One of the bank's people who decide; ``may_be_changed`` is for the person asking."""

    person_id: UUID
    name: str
    limits: Limits
    may_second: bool
    may_be_changed: bool


def limit_lines_for(actor: Actor) -> list[LimitLine]:
    """Everybody who decides at the actor's bank, by name, in two queries.

    NotAllowed without the right to approve as the second person.
    """
    require(actor, Permission.APPLICATION_APPROVE)
    bank_id = actor.organisation_id
    if bank_id is None:
        return []
    rows = ApprovalLimit.objects.filter(bank_id=bank_id)
    set_limits = {row.person_id: Limits(row.alone_fen, row.second_fen) for row in rows}
    return [
        _line(actor, member, set_limits.get(member.user_id, STANDARD))
        for member in deciders(bank_id).order_by("user__real_name", "user_id")
    ]


def limit_line_for(actor: Actor, person_id: UUID) -> LimitLine:
    """One of them, to be changed.

    NotAllowed for oneself, NotFound for somebody who doesn't decide at the actor's bank.
    """
    found = next((one for one in limit_lines_for(actor) if one.person_id == person_id), None)
    if found is None:
        raise NotFound(code="person_not_found")
    if not found.may_be_changed:
        raise NotAllowed(code="own_limit")
    return found


def deciders(bank_id: UUID) -> QuerySet[Membership]:
    """The live memberships of a bank whose role decides on applications."""
    live = Membership.objects.live().filter(organisation_id=bank_id, role__in=DECIDING)
    return live.select_related("user")


def _line(actor: Actor, member: Membership, limits: Limits) -> LimitLine:
    return LimitLine(
        person_id=member.user_id,
        name=member.user.real_name,
        limits=limits,
        may_second=Permission.APPLICATION_APPROVE in PERMISSIONS[Role(member.role)],
        may_be_changed=member.user_id != actor.person_id,
    )
