"""Accepting an offer: where the money goes, on to the signer, and what is done on the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.handover import Purpose, session_secret, step_url
from portal.accounts.permissions import Permission, require
from portal.accounts.start_signer_visit import start_signer_visit
from portal.applications.disbursement import needs_account
from portal.applications.name_account import name_account
from portal.applications.offer_queries import offer_for
from portal.applications.settle_acceptance import settle_acceptance
from portal.core.actor import Actor, SystemActor
from portal.core.errors import NotFound
from portal.web.access import actor_of, audience
from portal.web.sme.account_form import AccountForm


@require_POST
@audience("firm")
def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """To the question where the money goes; an offer from before there was one, to the signer."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    offer = offer_for(actor, offer_id)
    if needs_account(offer.document):
        return redirect("sme:offer_account", offer.id)
    return _to_signer(request, actor, offer.id)


@require_http_methods(["GET", "POST"])
@audience("firm")
def account(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Ask where the money goes; answered, on to the signer, who takes the signature under both."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    offer = offer_for(actor, offer_id)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name_account(actor, offer_id=offer.id, place=form.place())
        return _to_signer(request, actor, offer.id)
    return render(request, "sme/offer_account.html", {"form": form, "offer": offer})


def _to_signer(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    step = start_signer_visit(
        actor,
        purpose=Purpose.OFFER,
        session_secret=session_secret(request.session),
        request_id=offer_id,
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
