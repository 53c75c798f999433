"""A bank's system is given a score: the same that its people see, and on record as a look is."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, require
from portal.applications.bank_queries import bank_case_for
from portal.applications.look_models import Through
from portal.applications.looking import note_look
from portal.core.actor import Actor
from portal.core.errors import NotAllowed, NotFound
from scoring.queries import ScoreView


@transaction.atomic(durable=True)
def release_score(actor: Actor, *, application_id: UUID, address: str = "") -> ScoreView:
    """Return the score, or that there was not enough data for one, and write down who got it.

    NotAllowed without the permission, for a score that was set aside (``score_set_aside``) and
    while the firm's consent is not live (``consent_ended``); NotFound for another bank's case and
    for one without a score in sight (``score_not_available``).
    """
    require(actor, Permission.SCORE_RELEASE)
    case = bank_case_for(actor, application_id)
    if case.is_set_aside:
        message = _("The score was set aside after a dispute: no decision may rest on it.")
        raise NotAllowed(message, code="score_set_aside")
    if case.is_sealed:
        raise NotAllowed(_("The firm’s consent has ended or is paused."), code="consent_ended")
    if case.score is None:
        raise NotFound(code="score_not_available")
    note_activity(actor, Activity.SCORE_RELEASED, subject=case.application.ref, address=address)
    note_look(actor, case.application, Through.API)
    return case.score
