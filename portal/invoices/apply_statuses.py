"""What the newest status list says of the invoices that are attached."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from portal.core.actor import SystemActor
from portal.invoices.checking.status_list import Status, StatusList
from portal.invoices.marks import marks_of
from portal.invoices.models import Attachment
from portal.invoices.recording import record_answer
from portal.invoices.statuses import known_list


@transaction.atomic(durable=True)
def apply_statuses(actor: SystemActor) -> int:
    """Note and record each status that is another than before; how many.

    Without a list that is in force nothing changes: pages call a status unknown by themselves.
    """
    known = known_list()
    if known is None:
        return 0
    changed = 0
    for status, rows in _told(known):
        for attachment in rows.exclude(status=status).select_for_update(no_key=True):
            attachment.status = status
            attachment.save(update_fields=["status"])
            record_answer(actor.ref, attachment)
            changed += 1
    return changed


def _told(known: StatusList) -> Iterator[tuple[Status, QuerySet[Attachment]]]:
    """Attachments by what the list says of them; a genuine one that it leaves out is not listed."""
    marks: dict[Status, list[str]] = {}
    for number, status in known.statuses.items():
        marks.setdefault(status, []).extend(marks_of(number))
    genuine = Attachment.objects.filter(refusals=[])
    for status, listed in marks.items():
        yield status, genuine.filter(number_mark__in=listed)
    every = [mark for listed in marks.values() for mark in listed]
    left_out = genuine.exclude(number_mark__in=every).filter(signed_at__lte=known.issued_at)
    yield Status.NOT_LISTED, left_out
