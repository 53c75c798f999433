"""The only ways to requests for records: same answer for absent and for another's."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound
from portal.core.paging import Page, Place, newest_first
from portal.disclosure.models import Disclosure, Status

_BESIDE = ("person", "party", "organisation")


class Show(StrEnum):
    """Which ones the queue has."""

    ALL = "all"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


def disclosure_for(actor: Actor, disclosure_id: UUID) -> Disclosure:
    """One request; NotAllowed for others than regulators, NotFound for another regulator's."""
    require(actor, Permission.ACTIVITY_VIEW)
    found = Disclosure.objects.visible_to(actor).filter(id=disclosure_id)
    return _present(found.select_related(*_BESIDE).first())


def lock_disclosure(actor: Actor, disclosure_id: UUID) -> Disclosure:
    """As ``disclosure_for``, holding the row until the transaction ends."""
    found = Disclosure.objects.visible_to(actor).filter(id=disclosure_id)
    return _present(found.select_for_update(no_key=True).first())


def disclosures_for(
    actor: Actor, *, show: Show = Show.ALL, after: Place | None = None
) -> Page[Disclosure]:
    """A page of the actor's organisation's own, newest first."""
    found = Disclosure.objects.visible_to(actor).select_related(*_BESIDE)
    if show is not Show.ALL:
        found = found.filter(status=Status(show))
    return newest_first(found, "asked_at", after=after)


def told_disclosures(actor: Actor, *, after: Place | None = None) -> Page[Disclosure]:
    """Those about the actor, or whom the actor acts for, that the actor has been told of."""
    found = Disclosure.objects.told_to(actor).select_related(*_BESIDE)
    return newest_first(found, "asked_at", after=after)


def counts_by_status() -> Mapping[str, int]:
    """How many there are in each state: what the operator may know of them."""
    counted = Disclosure.objects.aggregate(
        **{status.value: Count("id", filter=Q(status=status)) for status in Status}
    )
    return {str(status): int(number) for status, number in counted.items()}


def check_waiting(disclosure: Disclosure) -> None:
    """Refuses with InvalidTransition one that was decided or has lapsed."""
    if not disclosure.is_waiting:
        raise InvalidTransition(
            _("This request has been decided already, or has lapsed."), code="disclosure_decided"
        )


def _present(disclosure: Disclosure | None) -> Disclosure:
    if disclosure is None:
        raise NotFound(code="disclosure_not_found")
    return disclosure
