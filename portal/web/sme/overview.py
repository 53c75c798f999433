"""The firm's first page: what needs somebody, the score, who uses the data, the applications."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.accounts.queries import organisation_for
from portal.applications.funding_queries import shared_among
from portal.applications.queries import (
    application_waiting_for,
    applications_of_firm,
    score_of_firm,
)
from portal.consents.confirmations import unconfirmed_for
from portal.consents.dashboard import STANDING_GROUPS, consents_in
from portal.core.actor import OrganisationKind
from portal.core.errors import NotAllowed
from portal.web.access import actor_of, signed_in
from portal.web.consent_words import consent_lines
from portal.web.score_texts import explained
from portal.web.sme.requests import waiting_requests

NEWEST = 5


@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Where a firm's person lands; somebody without a firm is asked to connect one."""
    actor = actor_of(request)
    if actor.organisation_kind is None:
        return redirect("sme:firm_connect")
    if actor.organisation_kind is not OrganisationKind.FIRM:
        raise NotAllowed
    firm = organisation_for(actor)
    applications = applications_of_firm(actor, size=NEWEST).rows
    context = {
        "firm_name": firm.name_in(get_language() or "en") if firm else "",
        "score": explained(score_of_firm(actor), most=NEWEST),
        "waiting": application_waiting_for(actor),
        "applications": applications,
        "shared": shared_among([entry.application.funding_id for entry in applications]),
        "consents": consent_lines(consents_in(actor, STANDING_GROUPS, size=NEWEST).rows),
        "may_apply": may(actor, Permission.APPLICATION_EDIT),
        "unconfirmed": unconfirmed_for(actor),
        "may_confirm": may(actor, Permission.CONSENT_CONFIRM),
        "may_stop": may(actor, Permission.CONSENT_STOP),
        **waiting_requests(actor),
    }
    return render(request, "sme/overview.html", context)
