"""Mandates that end: in the books, and as lines of the list that asking sides follow."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from portal.sandbox.taxauthority.models import EndedMandate, Firm, Mandate, Person, Role
from portal.sandbox.taxauthority.serving.consent import mandates_in_force
from portal.sandbox.taxauthority.store.accounts import ensure_mandate

_LOCK = 7_391_027


@transaction.atomic(durable=True)
def change_representative(firm: Firm, successor: Person) -> int:
    """Put the successor in the place of every other legal representative; how many that ended.

    With nobody to replace it only lets the successor act. Again it changes nothing.
    """
    now = _in_turn()
    held = mandates_in_force(now).filter(firm=firm, role=Role.LEGAL_REPRESENTATIVE)
    ended = _end(held.exclude(person=successor), now)
    ensure_mandate(successor, firm, Role.LEGAL_REPRESENTATIVE)
    return ended


@transaction.atomic(durable=True)
def end_mandates(firm: Firm, person: Person) -> int:
    """End whatever the person may do for the firm; how many mandates that ended."""
    now = _in_turn()
    return _end(mandates_in_force(now).filter(firm=firm, person=person), now)


def hold_mandates() -> None:
    """Until the caller's transaction ends no mandate does: what it states holds at that time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def _in_turn() -> datetime:
    """Now, for this transaction alone: serials have no gap and follow time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return timezone.now()


def _end(held: QuerySet[Mandate], now: datetime) -> int:
    mandates = list(held.select_related("firm").order_by("id"))
    last = EndedMandate.objects.aggregate(last=Max("serial"))["last"] or 0
    for serial, mandate in enumerate(mandates, start=last + 1):
        EndedMandate.objects.create(
            serial=serial,
            uscc=mandate.firm.uscc,
            person_id=mandate.person_id,
            role=mandate.role,
            ended_at=now,
        )
        mandate.ends_at = now
        mandate.save(update_fields=["ends_at"])
    return len(mandates)
