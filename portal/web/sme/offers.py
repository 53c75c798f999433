"""Accepting an offer: on to the signer, and what is done on the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.handover import Purpose, session_secret, step_url
from portal.accounts.permissions import Permission, require
from portal.accounts.start_signer_visit import start_signer_visit
from portal.applications.offer_queries import offer_for
from portal.applications.settle_acceptance import settle_acceptance
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.web.access import actor_of, audience


@require_POST
@audience("firm")
def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """To the signer, who shows the offer again and takes the signature."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    step = start_signer_visit(
        actor,
        purpose=Purpose.OFFER,
        session_secret=session_secret(request.session),
        request_id=offer_for(actor, offer_id).id,
    )
    return HttpResponseRedirect(step_url(step, language=get_language() or "en"))


@require_safe
@audience("firm")
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the signer: what was signed there is carried out now, before its job comes."""
    offer = offer_for(actor_of(request), _offer_id(request))
    settle_acceptance(SystemActor("applications"), funding_id=offer.funding_id)
    if hasattr(offer, "acceptance"):
        messages.success(request, _("You accepted this offer. The bank has been told."))
    else:
        messages.info(request, _("You have not accepted this offer."))
    return redirect("sme:funding_detail", offer.funding_id)


def _offer_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("offer", ""))
    except ValueError as error:
        raise NotFound(code="offer_missing") from error
