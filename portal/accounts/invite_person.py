"""The operator invites the first people of banks, regulators and of its own."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.limits import Mail, count_mail
from portal.accounts.links import INVITATION_LIFETIME, invitation_token
from portal.accounts.mail import queue_mail_to
from portal.accounts.models import Invitation, Organisation
from portal.core.actor import SYSTEM, OrganisationKind, Role
from portal.core.errors import NotFound, RuleBroken

ROLES_BY_KIND = {
    OrganisationKind.BANK: frozenset({Role.BANK_OFFICER, Role.BANK_APPROVER}),
    OrganisationKind.REGULATOR: frozenset({Role.REGULATOR}),
    OrganisationKind.OPERATOR: frozenset(
        {Role.OPERATOR, Role.MODEL_DEVELOPER, Role.MODEL_VALIDATOR}
    ),
}


@transaction.atomic(durable=True)
def invite_person(*, email: str, organisation_id: UUID, role: Role, language: str) -> str:
    """Write the invitation, record it, mail its link, and return the link's token.

    Refuses (NotFound) an unknown organisation, (RuleBroken) a role that its kind doesn't have or
    an address that is none, (TooMany) a further mail to it. A firm's people come through the tax
    authority, never by invitation.
    """
    email = _checked_address(email)
    organisation = Organisation.objects.filter(id=organisation_id).first()
    if organisation is None:
        raise NotFound(code="organisation_unknown")
    if role not in ROLES_BY_KIND.get(OrganisationKind(organisation.kind), frozenset()):
        raise RuleBroken(code="role_not_of_kind")
    count_mail(Mail.INVITATION, address=email)
    invitation = Invitation.objects.create(
        email=email,
        organisation=organisation,
        role=role,
        language=language,
        expires_at=timezone.now() + INVITATION_LIFETIME,
    )
    record(
        EventKind.PERSON_INVITED,
        actor=SYSTEM.ref,
        subject=invitation.ref,
        payload={"organisation": str(organisation.id), "role": role.value},
    )
    token = invitation_token(invitation)
    queue_mail_to(
        invitation.email,
        message="invitation",
        subject=organisation.ref,
        language=language,
        token=token,
        organisation=organisation.name_in(language),
    )
    return token


def _checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise RuleBroken(code="address_invalid") from error
    return address
