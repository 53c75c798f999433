"""The last look at a consent before a result of its data is committed."""

from __future__ import annotations

from uuid import UUID

from django.db import DatabaseError, connections, transaction

from portal.consents.door import ConsentRefused
from portal.consents.gate_errors import refusal_code


def require_live(consent_id: UUID, *, using: str = "default") -> None:
    """Hold a consent live until the caller's transaction ends; ConsentRefused when it isn't.

    A withdrawal waits for this transaction, or this transaction sees the withdrawal: so a result
    is in the ledger's outbox, and committed, before the withdrawal, or not at all. Keep the
    transaction short: after two seconds the withdrawal ends it. For the scorer and intake log-ins.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("require_live() belongs inside a transaction.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gate.publish_check(%s)", [consent_id])
    except DatabaseError as error:
        code = refusal_code(error)
        if code is None or code == "busy":
            raise
        raise ConsentRefused(code) from error
