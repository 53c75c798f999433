"""Signed links in e-mails: they name one thing, end after a time, and count once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing

from portal.accounts.models import Invitation, User
from portal.core.errors import NotFound

CONFIRM_LIFETIME: Final = timedelta(days=3)
INVITATION_LIFETIME: Final = timedelta(days=14)
RESET_LIFETIME: Final = timedelta(hours=1)
_CONFIRM: Final = "portal.accounts.confirm"
_INVITE: Final = "portal.accounts.invite"
_RESET: Final = "portal.accounts.reset"


def confirmation_token(user: User) -> str:
    """For the link that confirms this address of this person."""
    return signing.dumps([str(user.id), user.email], salt=_CONFIRM)


def confirmed_person(token: str) -> tuple[UUID, str]:
    """Person and address of a confirmation link. Refuses (NotFound) a forged or old one."""
    person, email = _load(token, salt=_CONFIRM, lifetime=CONFIRM_LIFETIME)
    return UUID(person), str(email)


def invitation_token(invitation: Invitation) -> str:
    """For the link that accepts this invitation."""
    return signing.dumps(str(invitation.id), salt=_INVITE)


def invitation_id(token: str) -> UUID:
    """The invitation a link is for. Refuses (NotFound) a forged or old one."""
    return UUID(str(_load(token, salt=_INVITE, lifetime=INVITATION_LIFETIME)))


def reset_token(user: User) -> str:
    """For the link that sets a new password; a changed password makes it void."""
    return signing.dumps([str(user.id), _password_mark(user)], salt=_RESET)


def reset_person(token: str) -> tuple[UUID, str]:
    """Person and password mark of a reset link. Refuses (NotFound) a forged or old one."""
    person, mark = _load(token, salt=_RESET, lifetime=RESET_LIFETIME)
    return UUID(person), str(mark)


def is_reset_current(user: User, mark: str) -> bool:
    """Whether the password is still the one the reset link was made for."""
    return bool(mark) and mark == _password_mark(user)


def _password_mark(user: User) -> str:
    return signing.Signer(salt=_RESET).signature(user.password)


def _load(token: str, *, salt: str, lifetime: timedelta) -> list[str]:
    try:
        loaded: list[str] = signing.loads(token, salt=salt, max_age=lifetime)
    except signing.BadSignature as error:
        raise NotFound(code="link_invalid") from error
    return loaded
