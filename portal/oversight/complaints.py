"""The only ways to complaints: same answer for absent and for somebody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.core.paging import PAGE_SIZE, Page, Place, newest_first, page_of
from portal.oversight.complaint_models import (
    TEXT_LIMIT,
    Complaint,
    ComplaintQuerySet,
    ComplaintStatus,
)


class Show(StrEnum):
    """Which ones a list has."""

    WAITING = "waiting"
    OPEN = "open"
    IN_WORK = "in_work"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    ALL = "all"


# What waits is read from its oldest, which is due first; the rest from its newest.
DUE_FIRST = frozenset({Show.WAITING, Show.OPEN, Show.IN_WORK, Show.OVERDUE})


@dataclass(frozen=True, slots=True)
class ComplaintFilter:
    """What a query bar asks for; empty fields narrow nothing."""

    show: Show = Show.WAITING
    about: str = ""
    text: str = ""


def complaint_for(actor: Actor, complaint_id: UUID) -> Complaint:
    """One complaint; NotFound unless it is visible to the actor."""
    found = Complaint.objects.visible_to(actor).filter(id=complaint_id)
    return _present(found.select_related("firm", "bank").first())


def lock_complaint(actor: Actor, complaint_id: UUID) -> Complaint:
    """As ``complaint_for``, holding the row until the transaction ends."""
    found = Complaint.objects.visible_to(actor).filter(id=complaint_id)
    return _present(found.select_for_update(no_key=True).first())


def complaints_for(
    actor: Actor, wanted: ComplaintFilter, *, after: Place | None = None
) -> Page[Complaint]:
    """A page of them: what waits with the most urgent first, all else with the newest first."""
    found = _narrowed(Complaint.objects.visible_to(actor), wanted).select_related("firm", "bank")
    if wanted.show not in DUE_FIRST:
        return newest_first(found, "filed_at", after=after)
    if after is not None:
        found = found.filter(Q(filed_at__gt=after.at) | Q(filed_at=after.at, id__gt=after.id))
    rows = list(found.order_by("filed_at", "id")[: PAGE_SIZE + 1])
    return page_of(rows, lambda row: Place(row.filed_at, row.id), size=PAGE_SIZE)


def waiting_about(actor: Actor, subject_ids: Iterable[UUID | None]) -> list[Complaint]:
    """The complaints about these things that wait for an answer, in one query."""
    ids = [one for one in subject_ids if one is not None]
    about = Complaint.objects.visible_to(actor).waiting().filter(subject_id__in=ids)
    return list(about.order_by("filed_at", "id"))


def check_waiting(complaint: Complaint) -> None:
    """Refuses with InvalidTransition one that was answered or taken back."""
    if not complaint.is_waiting:
        raise InvalidTransition(
            _("This complaint has been answered or taken back. Nothing of yours was sent."),
            code="complaint_ended",
        )


def check_words(text: str) -> str:
    """The text without surrounding space; refuses (RuleBroken) an empty or overlong one."""
    words = text.strip()
    if not 0 < len(words) <= TEXT_LIMIT:
        raise RuleBroken(
            _("Write at least one sentence, and no more than 2,000 characters."),
            code="words_missing",
        )
    return words


def _narrowed(found: ComplaintQuerySet, wanted: ComplaintFilter) -> ComplaintQuerySet:
    match wanted.show:
        case Show.ALL:
            pass
        case Show.WAITING:
            found = found.waiting()
        case Show.OVERDUE:
            found = found.waiting().filter(answer_by__lt=timezone.now())
        case Show.OPEN | Show.IN_WORK | Show.ANSWERED | Show.WITHDRAWN:
            found = found.filter(status=ComplaintStatus(wanted.show))
    if wanted.about:
        found = found.filter(about=wanted.about)
    if wanted.text:
        begins = Q(firm__name__istartswith=wanted.text) | Q(firm__name_zh__istartswith=wanted.text)
        found = found.filter(begins | Q(reference=wanted.text.upper()))
    return found


def _present(complaint: Complaint | None) -> Complaint:
    if complaint is None:
        raise NotFound(code="complaint_not_found")
    return complaint
