"""Which looks a firm has said it did not expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from portal.core.actor import Actor
from portal.oversight.complaint_models import Complaint, ComplaintAbout
from portal.oversight.looks import Look


def complaints_about_looks(actor: Actor, looks: Iterable[Look]) -> Mapping[UUID, Complaint]:
    """The newest complaint about each of these looks, by the look's event, in one query."""
    events = [look.entry.event_id for look in looks if look.entry.event_id is not None]
    found = Complaint.objects.visible_to(actor).filter(about=ComplaintAbout.LOOK, look__in=events)
    return {one.look: one for one in found.order_by("filed_at", "id") if one.look is not None}
