"""The word on another channel: whoever did not do this learns of it, and how to stop."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.consents.artefact import Artefact
from portal.consents.asking import Ask
from portal.consents.purposes import PURPOSE_TEXTS, Wording
from portal.consents.terms import Terms, bank_wording
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


def tell_firm_of_request(ask: Ask, *, firm_id: UUID) -> None:
    """Write to everybody who may answer for the firm that a bank asks, in this transaction."""
    acting = [role for role, may in PERMISSIONS.items() if Permission.CONSENT_GRANT in may]
    members = Membership.objects.live().filter(
        organisation_id=firm_id, role__in=acting, user__is_active=True
    )
    bank = bank_wording(ask.bank_id)
    for member in members.select_related("user"):
        language = member.user.language
        queue_mail(
            member.user,
            message="consent_asked",
            bank=bank.said_in(language),
            purpose=PURPOSE_TEXTS[ask.purpose].said_in(language),
            first_month=str(ask.first_month),
            last_month=str(ask.last_month),
        )
