"""Offers that nobody accepted in time end."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.models import Acceptance, LoanApplication
from portal.applications.telling import tell_case_workers, tell_firm
from portal.applications.transitions import Status
from portal.core.actor import SystemActor

BATCH: Final = 200


@transaction.atomic(durable=True)
def expire_offers(actor: SystemActor) -> int:
    """End up to ``BATCH`` offers that have run out, oldest first; returns how many.

    One that was signed in time is left to whoever carries that out, and so is one that somebody
    is at work on.
    """
    found = _run_out()
    # Asked after the lock: whoever signs holds the application's row until it is committed.
    signed = set(
        Acceptance.objects.filter(offer__application__in=found).values_list(
            "offer__application_id", flat=True
        )
    )
    ended = [application for application in found if application.id not in signed]
    for application in ended:
        _expire(actor, application)
    return len(ended)


def _run_out() -> list[LoanApplication]:
    waiting = LoanApplication.objects.filter(
        status=Status.OFFERED, offer__valid_until__lte=timezone.now()
    )
    oldest = waiting.select_related("bank", "firm", "offer").order_by("decided_at", "id")
    return list(oldest.select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH])


def _expire(actor: SystemActor, application: LoanApplication) -> None:
    application.status = Status.EXPIRED
    application.save(update_fields=["status"])
    record(
        EventKind.OFFER_EXPIRED,
        actor=actor.ref,
        subject=application.ref,
        payload={"offer": str(application.offer.id)},
    )
    tell_firm(application, "offer_expired")
    tell_case_workers(application, "offer_not_taken")
