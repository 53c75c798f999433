"""The tax authority's word about mandates, as the intake worker carries it out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connections, transaction

from portal.consents.mandate_ends import MandateEnd, end_mandate, last_serial
from portal.consents.mandates import record_mandate
from portal.core.actor import SystemActor
from tests.gate.parties import Connection, Parties, value

INTAKE = SystemActor("intake")


def next_line(parties: Parties, *, role: str = "legal_representative") -> MandateEnd:
    """The authority's next line: this person acts no longer for this firm."""
    with connections["web"].cursor() as cursor:
        cursor.execute(
            "SELECT f.uscc, m.authority_person"
            " FROM sign.mandate m JOIN sign.firm f ON f.id = m.firm"
            " WHERE m.person = %s AND m.firm = %s",
            [parties.person_id, parties.firm_id],
        )
        ((uscc, authority_person), *_older) = cursor.fetchall()
    return MandateEnd(
        serial=last_serial(using="intake") + 1,
        uscc=uscc,
        authority_person=authority_person,
        role=role,
        ended_at=datetime.now(UTC),
    )


def ended(parties: Parties, *, role: str = "legal_representative") -> MandateEnd:
    """That line, taken."""
    line = next_line(parties, role=role)
    end_mandate(INTAKE, line, statement="the signed list", using="intake")
    return line


def joined(
    parties: Parties,
    *,
    role: str,
    person: Parties | None = None,
    asserted_at: datetime | None = None,
) -> Parties:
    """Somebody else, or ``person`` again, with a mandate for the same firm."""
    person_id = uuid4() if person is None else person.person_id
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT uscc FROM sign.firm WHERE id = %s", [parties.firm_id])
        ((uscc,),) = cursor.fetchall()
    with transaction.atomic(using="signer"):
        record_mandate(
            person_id=person_id,
            uscc=uscc,
            name="Demo Firm",
            name_zh="演示企业",
            authority_person=f"authority-{person_id}",
            role=role,
            asserted_at=asserted_at,
            using="signer",
        )
    return replace(parties, person_id=person_id)


def confirmable(consent_id: UUID) -> bool:
    """Whether the consent awaits the legal representative."""
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT FROM gate.unconfirmed WHERE consent = %s", [consent_id])
        return cursor.fetchone() is not None


def wait_for_lock(admin: Connection, query: str) -> None:
    """Until another connection waits for a lock in this query; a test that never does fails."""
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND query LIKE %s AND datname = current_database()"
    )
    for _ in range(500):
        if value(admin, waits, [f"%{query}%"]):
            return
        time.sleep(0.01)
    raise AssertionError(f"{query} has not waited")
