"""A firm takes an e-invoice back that it attached."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.transitions import Status
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.invoices.removing import remove


@transaction.atomic(durable=True)
def remove_invoice(actor: Actor, *, application_id: UUID, attachment_id: UUID) -> None:
    """Remove the answer, the sealed file and the claim to its number.

    NotAllowed for a read-only role, NotFound for another firm's application or another
    application's invoice, InvalidTransition once the application was sent: the bank has seen it.
    """
    require(actor, Permission.APPLICATION_EDIT)
    application = lock_application(actor, application_id)
    if application.status != Status.DRAFT:
        raise InvalidTransition(
            _("An invoice that the bank has seen cannot be removed."), code="application_sent"
        )
    record(
        EventKind.INVOICE_REMOVED,
        actor=actor.ref,
        subject=application.ref,
        payload={"document": remove(attachment_id, application_id=application.id)},
    )
