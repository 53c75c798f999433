"""The link in the notice of a consent that stops this one consent, and does nothing else.

It needs no sign-in: whoever signed in the person's place may have changed the password since. Who
else reads the mail can only stop, which fails safe and is recorded. It is good as long as there is
something to stop and the person it was sent to has not lost the right to act for the firm.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core import signing

from portal.core.errors import NotFound

_SALT: Final = "portal.notifications.stop_consent"


def stop_token(consent_id: UUID) -> str:
    """For the link that stops this consent."""
    return signing.Signer(salt=_SALT).sign(str(consent_id))


def consent_to_stop(token: str) -> UUID:
    """Which consent a link stops. Refuses (NotFound, link_invalid) a forged one."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound(code="link_invalid") from error
