"""Asking a firm for a consent: the row from which the signer renders the terms."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.consents.ceilings import CEILINGS, check_months, check_purpose
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.months import Month

_INSERT = """
    INSERT INTO sign.request (id, firm, bank, purpose, categories, first_month, last_month, days,
        storage_days, max_uses, person, application)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def request_consent(  # noqa: PLR0913 (the terms of a consent, each by its name)
    actor: Actor,
    *,
    firm_id: UUID,
    bank_id: UUID,
    purpose: str,
    categories: Sequence[str],
    first_month: Month,
    last_month: Month,
    application_id: UUID | None = None,
) -> UUID:
    """Put down what a bank would like to use; the id is the consent's, if one comes of it.

    Asks for as much time, storage and uses as the purpose allows. Refuses (NotFound) another
    firm or an unknown bank, (RuleBroken) what goes beyond the purpose's ceilings.
    """
    require(actor, Permission.CONSENT_GRANT)
    if actor.organisation_id != firm_id:
        raise NotFound(code="firm_missing")
    known = check_purpose(purpose, categories)
    newest = Month.of(timezone.now()) - 1
    check_months(known, first=first_month, last=last_month, newest=newest)
    request_id, ceiling = uuid4(), CEILINGS[known]
    _require_parties(firm_id=firm_id, bank_id=bank_id)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                request_id,
                firm_id,
                bank_id,
                known,
                list(categories),
                first_month.first,
                last_month.first,
                ceiling.days,
                ceiling.storage_days,
                ceiling.uses,
                actor.person_id,
                application_id,
            ],
        )
    record(
        EventKind.CONSENT_REQUESTED,
        actor=actor.ref,
        subject=f"request:{request_id}",
        payload={
            "request": str(request_id),
            "firm": str(firm_id),
            "bank": str(bank_id),
            "purpose": known.value,
            "categories": ",".join(categories),
            "first_month": str(first_month),
            "last_month": str(last_month),
        },
    )
    return request_id


def _require_parties(*, firm_id: UUID, bank_id: UUID) -> None:
    query = (
        "SELECT EXISTS (SELECT FROM sign.firm WHERE id = %s)"
        " AND EXISTS (SELECT FROM sign.bank WHERE id = %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [firm_id, bank_id])
        if not cursor.fetchone()[0]:
            raise NotFound(code="party_missing")
