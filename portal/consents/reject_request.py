"""Saying no to a bank's request in the portal: no signature, no reason, one press."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from portal.accounts.permissions import Permission, require
from portal.consents.gate_errors import GateRefused, gate_refusals
from portal.consents.requests import request_for
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed


@transaction.atomic(durable=True)
def reject_request(actor: Actor, *, request_id: UUID) -> None:
    """Put down that the firm says no; the database records it.

    Refuses (NotFound) a request not put to the actor's firm, (InvalidTransition) one that was
    answered or has run out, (NotAllowed) a person without a mandate for the firm.
    """
    require(actor, Permission.CONSENT_STOP)
    request = request_for(actor, request_id)
    if not request.is_pending:
        raise InvalidTransition(code=f"request_{request.state}")
    try:
        with gate_refusals(), connection.cursor() as cursor:
            cursor.execute("SELECT sign.decline(%s, %s)", [request.id, actor.person_id])
    except GateRefused as error:
        if error.code == "no_mandate":
            raise NotAllowed(code="no_mandate") from error
        raise InvalidTransition(code=error.code) from error
