"""A bank says in how many working days it means to decide."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.clock import MOST_WORKING_DAYS
from portal.applications.models import Desk
from portal.core.actor import Actor
from portal.core.errors import RuleBroken


@transaction.atomic(durable=True)
def set_working_days(actor: Actor, *, working_days: int, review_days: int) -> Desk:
    """Keep the bank's time limits for cases from now on; those it has keep their deadline.

    ``review_days`` are those for a case whose firm asked for a person after an automatic decline.
    NotAllowed for anybody but the lead of a bank's team, RuleBroken for a number out of range.
    """
    require(actor, Permission.TEAM_LEAD)
    if not all(1 <= days <= MOST_WORKING_DAYS for days in (working_days, review_days)):
        raise RuleBroken(
            _("Write a number of working days from 1 to %(most)d.") % {"most": MOST_WORKING_DAYS},
            code="working_days_out_of_range",
        )
    desk, _created = Desk.objects.update_or_create(
        bank_id=actor.organisation_id,
        defaults={"working_days": working_days, "review_days": review_days},
    )
    return desk
