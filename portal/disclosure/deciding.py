"""What both answers to a request have in common: who may decide, and until when."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, may, require
from portal.accounts.step_up import require_fresh
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed
from portal.disclosure.disclosures import check_waiting, lock_disclosure
from portal.disclosure.models import Disclosure


def may_decide(actor: Actor, disclosure: Disclosure) -> bool:
    """Whether a page should offer the decision; whom it is about doesn't see the page."""
    return (
        may(actor, Permission.ACTIVITY_VIEW)
        and disclosure.is_waiting
        and timezone.now() < disclosure.lapses_at
        and actor.person_id != disclosure.asked_by
    )


def lock_to_decide(actor: Actor, disclosure_id: UUID) -> Disclosure:
    """The request, held; refuses as the two use cases say."""
    require(actor, Permission.ACTIVITY_VIEW)
    disclosure = lock_disclosure(actor, disclosure_id)
    if actor.person_id == disclosure.asked_by:
        raise NotAllowed(
            _("Somebody else has to decide this: you asked for it."), code="second_person_needed"
        )
    require_fresh(actor)
    check_waiting(disclosure)
    if timezone.now() >= disclosure.lapses_at:
        raise InvalidTransition(
            _("This request has been decided already, or has lapsed."), code="disclosure_lapsed"
        )
    return disclosure
