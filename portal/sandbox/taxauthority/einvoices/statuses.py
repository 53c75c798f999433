"""The signed list of what has become of the invoices that were handed out."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.core.wire import Typ, sign
from portal.sandbox.taxauthority.keys import own_key
from portal.sandbox.taxauthority.models import EInvoice, PublishedStatuses

# A list stands for a minute unless something changed, and nobody may rely on it after an hour.
FRESH = timedelta(seconds=60)
VALID = timedelta(hours=1)
_LOCK = 7_391_026


def published_statuses() -> str:
    """The newest list as a JWS, made anew when it is old or no longer true."""
    newest = PublishedStatuses.objects.order_by("-id").first()
    if newest is not None and not _is_outdated(newest):
        return newest.token
    return _publish()


@transaction.atomic(durable=True)
def _publish() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # serials follow time
    now = timezone.now()
    made = PublishedStatuses.objects.create(token="", issued_at=now)
    claims = {
        "iss": settings.ISSUER,
        "serial": made.id,
        "iat": int(now.timestamp()),
        "next_update": int((now + VALID).timestamp()),
        "statuses": dict(EInvoice.objects.order_by("number").values_list("number", "status")),
    }
    made.token = sign(claims, typ=Typ.INVOICE_STATUSES, key=own_key())
    made.save(update_fields=["token"])
    PublishedStatuses.objects.filter(id__lt=made.id).delete()
    return made.token


def _is_outdated(newest: PublishedStatuses) -> bool:
    if timezone.now() - newest.issued_at >= FRESH:
        return True
    return EInvoice.objects.filter(changed_at__gte=newest.issued_at).exists()
