"""What a firm has allowed, consent by consent: for lists that name many of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from portal.core.actor import Actor, OrganisationKind
from portal.core.months import Month

_GIVEN = """
    SELECT s.id, s.bank, b.name, b.name_zh, s.application, s.purpose, s.categories, s.first_month,
        s.last_month, s.granted_at
    FROM gate.consent_status s JOIN sign.bank b ON b.id = s.bank
    WHERE s.firm = %s ORDER BY s.granted_at DESC, s.id
"""


@dataclass(frozen=True, slots=True)
class GivenTerms:
    """Who may use what for what, as signed; these never change."""

    consent_id: UUID
    bank_id: UUID
    bank_name: str
    bank_name_zh: str
    application_id: UUID | None
    purpose: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    granted_at: datetime

    @property
    def ref(self) -> str:
        """How the ledger names this consent."""
        return f"consent:{self.consent_id}"


def terms_given_by(actor: Actor) -> Mapping[UUID, GivenTerms]:
    """Every consent that the actor's firm ever gave, newest first; none for anybody else."""
    if actor.organisation_kind is not OrganisationKind.FIRM:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [actor.organisation_id])
        given = [_terms(row) for row in cursor.fetchall()]
    return {one.consent_id: one for one in given}


def _terms(row: tuple[Any, ...]) -> GivenTerms:
    values = list(row)
    values[6] = tuple(row[6])
    values[7], values[8] = Month.of(row[7]), Month.of(row[8])
    return GivenTerms(*values)
