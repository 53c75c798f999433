"""The bank signs the agreement on an accepted offer: at the signer, and back."""

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
from portal.applications.offer_queries import accepted_offer, offer_for
from portal.applications.settle_agreement import settle_agreement
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.web.access import actor_of, audience


@require_POST
@audience("bank")
def sign(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """To the signer, who shows the whole agreement and takes the signature."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_DECIDE)
    step = start_signer_visit(
        actor,
        purpose=Purpose.AGREEMENT,
        session_secret=session_secret(request.session),
        request_id=accepted_offer(actor, application_id).id,
    )
    return HttpResponseRedirect(step_url(step, language=get_language() or "en"))


@require_safe
@audience("bank")
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the signer: what was signed there is carried out now, before its job comes."""
    offer = offer_for(actor_of(request), _offer_id(request))
    settle_agreement(SystemActor("applications"), application_id=offer.application_id)
    if hasattr(offer, "bank_signature"):
        messages.success(request, _("The agreement is signed, and the firm has been told."))
    else:
        messages.info(request, _("You have not signed the agreement."))
    return redirect("bank:case_detail", offer.application_id)


def _offer_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("offer", ""))
    except ValueError as error:
        raise NotFound(code="offer_missing") from error
