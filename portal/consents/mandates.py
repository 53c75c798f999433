"""Mandates: which person may act for which firm, as the tax authority said (signer only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connections

from portal.core.errors import RuleBroken

MANDATE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Mandate:
    """A recorded mandate; the firm's id is the portal organisation's too."""

    id: UUID
    firm_id: UUID


def record_mandate(  # noqa: PLR0913 -- what an assertion states, and nothing else
    *,
    person_id: UUID,
    uscc: str,
    name: str,
    name_zh: str,
    authority_person: str,
    role: str,
    asserted_at: datetime | None = None,
    using: str = "default",
) -> Mandate:
    """Put down what a *verified* assertion of the authority says; an older mandate ends with it.

    Refuses (RuleBroken) identity_taken, when that person at the authority belongs to another
    account here, linked_to_another_identity, when this account belongs to another person there,
    and mandate_over, when the authority has said since ``asserted_at`` (by its own clock; now, when
    not given) that the mandate has ended. Belongs inside the caller's transaction.
    """
    stated: list[str | UUID] = [person_id, uscc, name, name_zh, authority_person, role]
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT * FROM sign.record_mandate(%s, %s, %s, %s, %s, %s, %s, %s)",
            [*stated, MANDATE_DAYS, asserted_at or datetime.now(UTC)],
        )
        row = cursor.fetchone()
    if row is None or row[2] is not None:
        raise RuleBroken(code="mandate_refused" if row is None else row[2])
    return Mandate(id=row[1], firm_id=row[0])


def note_industry(firm_id: UUID, section: str, *, using: str = "default") -> None:
    """Put down the industry that a *verified* assertion states, in place of an earlier one.

    Belongs inside the caller's transaction.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT sign.note_industry(%s, %s)", [firm_id, section])
