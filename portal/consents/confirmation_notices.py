"""Messages about a changed legal representative: at the change, before the deadline, at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, MembershipQuerySet, Organisation, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.consents.confirmations import Unconfirmed, unconfirmed_among
from portal.consents.purposes import Wording
from portal.consents.queries import ConsentView
from portal.core.months import SHANGHAI

_AT_BANK: Final = [role for role, may in PERMISSIONS.items() if Permission.CONSENT_ASK in may]


@transaction.atomic(durable=True)
def tell_mandate_ended(
    firm_id: UUID, *, people: Sequence[UUID], consents: Sequence[UUID], message: str, once: str
) -> None:
    """Write ``message`` to whoever acts no longer, and of the consents that wait to firm and banks.

    Asked again under the same ``once`` it sends nothing more.
    """
    for firm in Organisation.objects.filter(id=firm_id):
        for person in User.objects.filter(id__in=people, is_active=True):
            name = firm.name_in(person.language)
            queue_mail(person, message=message, once=once, firm=name)
    waiting = unconfirmed_among(consents)
    if waiting:
        tell_firm_of_waiting(firm_id, waiting, message="representative_changed", once=once)
    for consent in waiting:
        tell_bank(
            consent,
            message="consent_waits",
            once=f"waits:{consent.consent_id}:{consent.confirm_by:%Y%m%d%H%M}",
        )


def tell_firm_of_waiting(
    firm_id: UUID, waiting: Sequence[Unconfirmed], *, message: str, once: str
) -> None:
    """Write to everybody who acts for the firm how many consents wait, and until when."""
    until = min(consent.confirm_by for consent in waiting)
    for member in _members().filter(organisation_id=firm_id):
        queue_mail(
            member.user,
            message=message,
            once=once,
            firm=member.organisation.name_in(member.user.language),
            number=str(len(waiting)),
            until=f"{until.astimezone(SHANGHAI):%Y-%m-%d}",
        )


def tell_bank(consent: Unconfirmed, *, message: str, once: str) -> None:
    """Write to those at the bank who ask for consents that one of theirs waits, and until when."""
    firm = Wording(consent.firm_name, consent.firm_name_zh)
    for member in _members().filter(organisation_id=consent.bank_id, role__in=_AT_BANK):
        queue_mail(
            member.user,
            message=message,
            once=once,
            firm=firm.said_in(member.user.language),
            until=f"{consent.confirm_by.astimezone(SHANGHAI):%Y-%m-%d}",
        )


def tell_bank_of_end(consent: ConsentView) -> None:
    """Write to those at the bank that a consent is over because nobody confirmed it."""
    firm = Wording(consent.firm_name, consent.firm_name_zh)
    for member in _members().filter(organisation_id=consent.bank_id, role__in=_AT_BANK):
        queue_mail(
            member.user,
            message="consent_unconfirmed",
            once=f"unconfirmed:{consent.id}",
            firm=firm.said_in(member.user.language),
        )


def _members() -> MembershipQuerySet:
    live = Membership.objects.live().filter(user__is_active=True)
    return live.select_related("user", "organisation")
