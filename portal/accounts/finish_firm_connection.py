"""Back from the signer: make the portal's picture of a mandate the tax authority confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.models import Membership, Organisation
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.errors import NotFound

_MANDATE = """
    SELECT f.id, f.uscc, f.name, f.name_zh, m.role, m.ends_at
      FROM sign.step s
      JOIN sign.firm f ON f.uscc = s.next
      JOIN sign.mandate m ON m.firm = f.id AND m.person = s.person
     WHERE s.id = %s AND s.person = %s AND s.purpose = 'connect'
       AND m.valid_from <= clock_timestamp()
       AND m.ends_at > clock_timestamp()
     ORDER BY m.valid_from DESC
     LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class _Mandate:
    firm_id: UUID
    uscc: str
    name: str
    name_zh: str
    role: Role
    ends_at: datetime


@transaction.atomic(durable=True)
def finish_firm_connection(actor: Actor, *, step_id: UUID) -> Organisation:
    """The firm the person now acts for, with a membership as long and as wide as the mandate.

    The mandate was written by the signer from the authority's signed assertion; this only reads
    it. Refuses (NotFound, code mandate_missing) a step of somebody else or without a live
    mandate. Safe to repeat: a second call changes nothing and records nothing.
    """
    require(actor, Permission.FIRM_CONNECT)
    mandate = _live_mandate(actor.person_id, step_id)
    organisation = _organisation_of(actor, mandate)
    _join(actor, organisation, mandate)
    return organisation


def _live_mandate(person_id: UUID, step_id: UUID) -> _Mandate:
    with connection.cursor() as cursor:
        cursor.execute(_MANDATE, [step_id, person_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="mandate_missing")
    firm_id, uscc, name, name_zh, role, ends_at = row
    return _Mandate(firm_id, uscc, name, name_zh, Role(f"firm_{role}"), ends_at)


def _organisation_of(actor: Actor, mandate: _Mandate) -> Organisation:
    firm, created = Organisation.objects.get_or_create(
        id=mandate.firm_id,
        defaults={
            "kind": OrganisationKind.FIRM,
            "name": mandate.name,
            "name_zh": mandate.name_zh,
            "uscc": mandate.uscc,
            "verified_at": timezone.now(),
        },
    )
    if created:
        record(
            EventKind.ORGANISATION_CREATED,
            actor=actor.ref,
            subject=firm.ref,
            payload={"kind": OrganisationKind.FIRM.value},
        )
    # A reloaded return page waits here, and then finds the membership of the first one.
    return Organisation.objects.select_for_update(no_key=True).get(id=firm.id)


def _join(actor: Actor, organisation: Organisation, mandate: _Mandate) -> None:
    now = timezone.now()
    live = Membership.objects.live(now).filter(user_id=actor.person_id, organisation=organisation)
    if live.filter(role=mandate.role).update(ends_at=mandate.ends_at):
        return
    live.update(ends_at=now)
    Membership.objects.create(
        user_id=actor.person_id,
        organisation=organisation,
        role=mandate.role,
        starts_at=now,
        ends_at=mandate.ends_at,
    )
    record(
        EventKind.MEMBER_ADDED,
        actor=actor.ref,
        subject=actor.ref,
        payload={"organisation": str(organisation.id), "role": mandate.role.value},
    )
