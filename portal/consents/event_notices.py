"""Messages of a consent's life between its grant and its end, and of erasing after it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.mail import queue_mail
from portal.accounts.permissions import Permission
from portal.consents.events_told import Told
from portal.consents.purposes import Wording
from portal.consents.queries import consent_of
from portal.consents.receipts import erasing_of
from portal.consents.recipients import people_who_may
from portal.core.jobs import Cancelled, Retry

_PATIENCE = 60.0


@transaction.atomic(durable=True)
def tell_firm_of_event(consent_id: UUID, *, what: Told, once: str) -> None:
    """Write to everybody who may answer for the firm; of erasing once, when all of it is done.

    Raises Cancelled for an unknown consent, and Retry while figures made from the records are left.
    """
    consent = consent_of(consent_id)
    if consent is None:
        raise Cancelled("no_such_consent")
    if what is Told.ERASED:
        erasing = erasing_of(consent)
        if erasing is None or not erasing.is_complete:
            raise Retry(_PATIENCE, "not_erased_yet")
        once = f"erased:{consent_id}"
    bank = Wording(consent.bank_name, consent.bank_name_zh)
    firm = Wording(consent.firm_name, consent.firm_name_zh)
    for person in people_who_may(Permission.CONSENT_GRANT, organisation_id=consent.firm_id):
        queue_mail(
            person,
            message=f"consent_{what.value}",
            once=once,
            bank=bank.said_in(person.language),
            firm=firm.said_in(person.language),
            consent=str(consent.id),
        )
