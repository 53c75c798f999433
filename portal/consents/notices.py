"""The word on another channel: whoever did not do this learns of it, and how to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.accounts.permissions import Permission
from portal.consents.artefact import Artefact
from portal.consents.asking import Ask
from portal.consents.confirmation_notices import tell_bank_of_end
from portal.consents.confirmations import ended_unconfirmed
from portal.consents.purposes import PURPOSE_TEXTS, Wording
from portal.consents.queries import consent_of
from portal.consents.recipients import people_who_may
from portal.consents.terms import Terms, bank_wording
from portal.core.jobs import Cancelled
from portal.core.months import SHANGHAI

# By the kind of end, or by the state of a consent that nobody ended.
_WHY: Final[Mapping[str, str]] = {
    "withdraw": gettext_noop("Your firm stopped it."),
    "unconfirmed": gettext_noop("Your firm's new legal representative did not confirm it in time."),
    "release": gettext_noop("The bank gave it back: it no longer needs the data."),
    "supersede": gettext_noop("A newer consent took its place."),
    "expired": gettext_noop("It ran out."),
    "key_revoked": gettext_noop("The key that signed it is no longer valid."),
}


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


def tell_firm_of_request(ask: Ask, *, firm_id: UUID) -> None:
    """Write to everybody who may answer for the firm that a bank asks, in this transaction."""
    bank = bank_wording(ask.bank_id)
    for person in people_who_may(Permission.CONSENT_GRANT, organisation_id=firm_id):
        language = person.language
        queue_mail(
            person,
            message="consent_asked",
            bank=bank.said_in(language),
            purpose=PURPOSE_TEXTS[ask.purpose].said_in(language),
            first_month=str(ask.first_month),
            last_month=str(ask.last_month),
        )


@transaction.atomic(durable=True)
def tell_firm_of_end(consent_id: UUID) -> None:
    """Write to everybody who may answer for the firm that a consent is over, and why.

    Raises Cancelled for an unknown consent and for one that isn't over.
    """
    consent = consent_of(consent_id)
    if consent is None or consent.is_standing:
        raise Cancelled("not_ended")
    why_ended = consent.end_kind or consent.state.value
    if ended_unconfirmed(consent_id):
        why_ended = "unconfirmed"
        tell_bank_of_end(consent)
    bank = Wording(consent.bank_name, consent.bank_name_zh)
    firm = Wording(consent.firm_name, consent.firm_name_zh)
    for person in people_who_may(Permission.CONSENT_GRANT, organisation_id=consent.firm_id):
        with translation.override(person.language):
            why = gettext(_WHY[why_ended])
        queue_mail(
            person,
            message="consent_ended",
            bank=bank.said_in(person.language),
            firm=firm.said_in(person.language),
            why=why,
            consent=str(consent.id),
        )
