"""Signed agreements that wait for their loan."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from portal.applications.cooling_off import free_until
from portal.applications.models import Acceptance
from portal.applications.transitions import Status
from portal.servicing.models import BankAccount, Loan


def agreements_to_open() -> list[UUID]:
    """Applications whose agreement binds both sides by now, of banks with an account; oldest first.

    Those accepted without an account of the firm's (offers of format 1) are not among them.
    """
    signed = Acceptance.objects.filter(
        offer__application__status=Status.AGREEMENT_SIGNED,
        offer__place__isnull=False,
    )
    own = BankAccount.objects.filter(bank_id=OuterRef("offer__bank_id"), rail=OuterRef("rail"))
    waiting = signed.annotate(rail=KeyTextTransform("rail", "offer__place__place")).filter(
        ~Exists(Loan.objects.filter(application_id=OuterRef("offer__application_id"))), Exists(own)
    )
    oldest = waiting.select_related("offer").order_by("accepted_at", "offer_id")
    now = timezone.now()
    return [one.offer.application_id for one in oldest.iterator() if now >= free_until(one)]
