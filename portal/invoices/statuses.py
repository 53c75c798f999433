"""The status list that is known now."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings

from portal.core.wire import WireRefused, load_public_keys
from portal.invoices.checking.status_list import StatusList, read_status_list
from portal.invoices.models import KnownStatuses


def known_list() -> StatusList | None:
    """The stored list, its signature checked again; None when there is none, or it has run out."""
    row = KnownStatuses.objects.filter(issuer=settings.AUTHORITY_ISSUER).first()
    if row is None:
        return None
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    try:
        return read_status_list(
            row.token, keys=keys, issuer=settings.AUTHORITY_ISSUER, now=datetime.now(UTC)
        )
    except WireRefused:
        return None
