"""The operator makes banks, regulators and its own organisation; firms come by connecting."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.models import Organisation
from portal.core.actor import SYSTEM, OrganisationKind
from portal.core.errors import RuleBroken


@transaction.atomic
def create_organisation(
    *,
    kind: OrganisationKind,
    name: str,
    name_zh: str,
    licence: str = "",
    organisation_id: UUID | None = None,
) -> Organisation:
    """Make an organisation and record it.

    Refuses (RuleBroken) a firm, a bank without licence, and a licence that is already taken.
    """
    if kind is OrganisationKind.FIRM:
        raise RuleBroken(code="firms_connect_themselves")
    if kind is OrganisationKind.BANK and not licence:
        raise RuleBroken(code="licence_missing")
    if licence and Organisation.objects.filter(licence=licence).exists():
        raise RuleBroken(code="licence_taken")
    organisation = Organisation.objects.create(
        id=organisation_id or uuid4(),
        kind=kind,
        name=name,
        name_zh=name_zh,
        licence=licence,
        verified_at=timezone.now(),
    )
    record(
        EventKind.ORGANISATION_CREATED,
        actor=SYSTEM.ref,
        subject=organisation.ref,
        payload={"kind": kind.value},
    )
    return organisation
