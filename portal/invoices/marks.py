"""The one-way mark under which an invoice's number is kept."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT: Final = "portal.invoices.marks"


def mark_of(number: str) -> str:
    """HMAC-SHA256 of the number under the web's secret: nobody else can try numbers out."""
    return _mark(number, settings.SECRET_KEY)


def marks_of(number: str) -> list[str]:
    """Today's mark, and those under older secrets that are still known (SECRET_KEY_FALLBACKS)."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_mark(number, secret) for secret in secrets]


def _mark(number: str, secret: str | bytes) -> str:
    return salted_hmac(_SALT, number, secret=secret, algorithm="sha256").hexdigest()
