"""A draft remembers which consent request belongs to it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


@transaction.atomic(durable=True)
def attach_consent_request(
    actor: Actor, *, application_id: UUID, request_id: UUID
) -> LoanApplication:
    """Note the request that the person is about to be sent to the signer with.

    The page asks the consents room for the request and hands its id on, since a use case calls no
    use case. NotAllowed for a role that may not consent, NotFound for another firm's application,
    InvalidTransition once the application is with the bank.
    """
    require(actor, Permission.CONSENT_GRANT)
    application = lock_application(actor, application_id)
    if not application.is_firms_to_send:
        raise InvalidTransition(
            _("An application that was sent cannot be changed."),
            code="application_sent",
        )
    application.request_id = request_id
    application.save(update_fields=["request_id"])
    return application
