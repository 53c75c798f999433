"""The row from which the signer renders the terms, whoever asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from portal.consents.artefact_parts import Cut
from portal.consents.changes import Scope
from portal.consents.purposes import Purpose
from portal.core.errors import NotFound
from portal.core.months import Month

_INSERT = """
    INSERT INTO sign.request (id, firm, bank, purpose, categories, first_month, last_month, days,
        storage_days, max_uses, person, application, asked_by, supersedes, cuts, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one side would like the other to allow, within the ceilings.

    Without ``firm_id`` the bank named a firm that is not here: there is nobody to put it before.
    ``reason`` is the bank's own word on why it asks; it is shown, and no part of what is signed.
    """

    firm_id: UUID | None
    bank_id: UUID
    purpose: Purpose
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    days: int
    storage_days: int
    uses: int
    person_id: UUID
    asked_by: str = "firm"
    application_id: UUID | None = None
    supersedes: UUID | None = None
    cuts: tuple[Cut, ...] = ()
    reason: str = ""
    id: UUID = field(default_factory=uuid4)

    @property
    def ref(self) -> str:
        """How the ledger names this request."""
        return f"request:{self.id}"

    @property
    def scope(self) -> Scope:
        """What a change is measured by."""
        return Scope(
            categories=self.categories,
            months=(self.first_month, self.last_month),
            days=self.days,
            max_uses=self.uses,
            storage_days=self.storage_days,
        )

    def event(self) -> dict[str, Any]:
        """What the ledger says of it."""
        return {
            "request": str(self.id),
            "firm": str(self.firm_id),
            "bank": str(self.bank_id),
            "purpose": self.purpose.value,
            "categories": ",".join(self.categories),
            "first_month": str(self.first_month),
            "last_month": str(self.last_month),
            "asked_by": self.asked_by,
            "supersedes": None if self.supersedes is None else str(self.supersedes),
        }


def put_request(ask: Ask) -> None:
    """Write the request, in the caller's transaction. NotFound without such a firm or bank."""
    parties = (
        "SELECT EXISTS (SELECT FROM sign.firm WHERE id = %s)"
        " AND EXISTS (SELECT FROM sign.bank WHERE id = %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(parties, [ask.firm_id, ask.bank_id])
        if not cursor.fetchone()[0]:
            raise NotFound(code="party_missing")
        cursor.execute(_INSERT, _row(ask))


def _row(ask: Ask) -> list[Any]:
    return [
        ask.id,
        ask.firm_id,
        ask.bank_id,
        ask.purpose,
        list(ask.categories),
        ask.first_month.first,
        ask.last_month.first,
        ask.days,
        ask.storage_days,
        ask.uses,
        ask.person_id,
        ask.application_id,
        ask.asked_by,
        ask.supersedes,
        json.dumps([cut.claims() for cut in ask.cuts]),
        ask.reason,
    ]
