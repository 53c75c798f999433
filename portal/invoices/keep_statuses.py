"""A newer status list takes the place of the one before."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from joserfc.jwk import KeySet

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.invoices.checking.status_list import check_not_rolled_back, read_status_list
from portal.invoices.models import KnownStatuses
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def keep_statuses(actor: SystemActor, *, token: str, keys: KeySet) -> int:
    """Store a list that the authority served, and ask for it to be applied; its serial number.

    Refuses (WireRefused) one that isn't the authority's or isn't of today, and one that is older
    than a list seen before (rolled_back).
    """
    issuer = settings.AUTHORITY_ISSUER
    newer = read_status_list(token, keys=keys, issuer=issuer, now=datetime.now(UTC))
    row = KnownStatuses.objects.select_for_update(no_key=True).filter(issuer=issuer).first()
    if row is not None:
        check_not_rolled_back(newer, serial=row.serial, issued_at=row.issued_at)
    KnownStatuses.objects.update_or_create(
        issuer=issuer,
        defaults={
            "serial": newer.serial,
            "issued_at": newer.issued_at,
            "next_update": newer.next_update,
            "token": token,
        },
    )
    enqueue(
        Job.APPLY_INVOICE_STATUSES,
        subject="invoices:statuses",
        key=f"apply-invoice-statuses:{newer.serial}:{int(newer.issued_at.timestamp())}",
    )
    return newer.serial
