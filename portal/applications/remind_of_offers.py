"""Firms are reminded of an offer before it runs out."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.applications.models import LoanApplication
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status
from portal.core.actor import SystemActor

AHEAD: Final = timedelta(days=3)


@transaction.atomic(durable=True)
def remind_of_offers(_actor: SystemActor) -> None:
    """Write once to each firm that has an offer unanswered, in the last days before its end."""
    now = timezone.now()
    ending = LoanApplication.objects.filter(
        status=Status.OFFERED,
        offer__valid_until__gt=now,
        offer__valid_until__lte=now + AHEAD,
        funding__acceptance__isnull=True,
    )
    for application in ending.select_related("bank", "offer").iterator():
        tell_firm(application, "offer_ends_soon", once=f"reminder:{application.offer.id}")
