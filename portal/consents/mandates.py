"""Mandates: which person may act for which firm, as the tax authority said (signer only)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from portal.core.errors import RuleBroken

MANDATE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Mandate:
    """A recorded mandate; the firm's id is the portal organisation's too."""

    id: UUID
    firm_id: UUID


def record_mandate(
    *,
    person_id: UUID,
    uscc: str,
    name: str,
    name_zh: str,
    authority_person: str,
    role: str,
    using: str = "default",
) -> Mandate:
    """Put down what a *verified* assertion of the authority says; an older mandate ends with it.

    Refuses (RuleBroken) identity_taken, when that person at the authority belongs to another
    account here, and linked_to_another_identity, when this account belongs to another person
    there. Belongs inside the caller's transaction.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT * FROM sign.record_mandate(%s, %s, %s, %s, %s, %s, %s)",
            [person_id, uscc, name, name_zh, authority_person, role, MANDATE_DAYS],
        )
        row = cursor.fetchone()
    if row is None or row[2] is not None:
        raise RuleBroken(code="mandate_refused" if row is None else row[2])
    return Mandate(id=row[1], firm_id=row[0])
