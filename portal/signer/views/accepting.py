"""Accepting an offer: all that it says, a proof, a signature, and back to the portal."""

from __future__ import annotations

import hmac
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.handover import OFFER_RETURN, STEP_UP, portal_url
from portal.signer.accept_offer import accept_offer
from portal.signer.challenges import new_consent_challenge
from portal.signer.evidence import evidence_over, offer_occasion
from portal.signer.factors import factors_of
from portal.signer.forms import ProofForm
from portal.signer.offer_page import page_of
from portal.signer.offers import OpenOffer, open_offer
from portal.signer.passkey_checks import request_options
from portal.signer.proving import Proven, proven
from portal.signer.visitors import known_visitor, visitor_id


@never_cache
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show the whole offer to the person who may accept it, and take the answer.

    Refuses (NotFound) an offer to another's firm, (InvalidTransition) one that no longer waits.
    """
    person_id = visitor_id(request.session)
    if person_id is None:
        return HttpResponseRedirect(portal_url(STEP_UP, offer=offer_id))
    found = open_offer(offer_id, person_id=person_id)
    page, form = page_of(found), ProofForm(request.POST or None)
    proof = _proof(request, form, person_id=person_id, shown=found)
    if proof is not None:
        evidence = evidence_over(proof, person_id=person_id, shown=found.shown)
        accept_offer(offer_id, person_id=person_id, evidence=evidence)
        return HttpResponseRedirect(portal_url(OFFER_RETURN, offer=offer_id))
    context = {
        "form": form,
        "page": page,
        "factors": factors_of(person_id),
        "back": portal_url(OFFER_RETURN, offer=offer_id),
    }
    return render(request, "signer/offer.html", context)


@never_cache
@require_POST
def challenge(request: HttpRequest, offer_id: UUID) -> JsonResponse:
    """A challenge over the offer's document, for a passkey. Refuses as the page does."""
    person_id = known_visitor(request.session)
    found = open_offer(offer_id, person_id=person_id)
    drawn = new_consent_challenge(
        person_id=person_id,
        occasion=offer_occasion(found),
        request_id=offer_id,
        terms_digest=found.shown,
    )
    return JsonResponse(request_options(drawn))


def _proof(
    request: HttpRequest, form: ProofForm, *, person_id: UUID, shown: OpenOffer
) -> Proven | None:
    """A right code or passkey for the very offer that was shown; else None."""
    if request.method != "POST" or not form.is_valid():
        return None
    if not hmac.compare_digest(request.POST.get("shown", "").encode(), shown.shown.encode()):
        form.add_error(None, _("This is not the offer that the page showed. Please read it again."))
        return None
    return proven(form, person_id=person_id, occasion=offer_occasion(shown))
