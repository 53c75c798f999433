"""The word on another channel: whoever did not do this learns of it, and how to stop."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.consents.artefact import Artefact
from portal.consents.purposes import Wording
from portal.consents.terms import Terms
from portal.core.months import SHANGHAI


def tell_signatory(artefact: Artefact, terms: Terms, *, using: str) -> None:
    """Ask for the terms and the way to stop to be sent to whoever signed, in this transaction."""
    people = User.objects.using(using).only("id", "email", "language")
    for person in people.filter(id=artefact.person, is_active=True):
        queue_mail(
            person,
            message="consent_granted",
            using=using,
            bank=Wording(terms.bank.name, terms.bank_name_zh).said_in(person.language),
            firm=Wording(terms.firm.name, terms.firm_name_zh).said_in(person.language),
            purpose=terms.purpose_text.said_in(person.language),
            first_month=str(terms.first_month),
            last_month=str(terms.last_month),
            expires_at=f"{artefact.expires_at.astimezone(SHANGHAI):%Y-%m-%d}",
            consent=str(artefact.id),
        )
