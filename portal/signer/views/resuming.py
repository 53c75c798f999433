"""Letting a paused consent go on: its terms again, and a proof."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.handover import CONSENTS, STEP_UP, portal_url
from portal.consents.signing import resume
from portal.signer.challenges import new_challenge
from portal.signer.factors import factors_of
from portal.signer.forms import ProofForm
from portal.signer.passkey_checks import request_options
from portal.signer.paused import paused_for
from portal.signer.proving import proven
from portal.signer.visitors import known_visitor, person_for, visitor_id


@never_cache
@require_http_methods(["GET", "POST"])
def resume_consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show what would go on, take a proof, sign, and go back to the portal's page of the consent.

    Refuses (NotFound) a consent that is not this person's to decide on, (InvalidTransition) one
    that is not paused.
    """
    person_id = visitor_id(request.session)
    if person_id is None:
        return HttpResponseRedirect(portal_url(STEP_UP, resume=consent_id))
    person, page = person_for(person_id), paused_for(consent_id, person_id=person_id)
    form = ProofForm(request.POST or None)
    back = portal_url(f"{CONSENTS}{consent_id}/")
    if request.method == "POST" and form.is_valid():
        proof = proven(form, person_id=person.id, occasion=_occasion(consent_id))
        if proof is not None:
            resume(consent_id, person_id=person.id)
            return HttpResponseRedirect(back)
    context = {"form": form, "page": page, "factors": factors_of(person.id), "back": back}
    return render(request, "signer/resume.html", context)


@never_cache
@require_POST
def challenge(request: HttpRequest, consent_id: UUID) -> JsonResponse:
    """A challenge for a passkey. Refuses as the page does."""
    person_id = known_visitor(request.session)
    paused_for(consent_id, person_id=person_id)
    drawn = new_challenge(person_id=person_id, occasion=_occasion(consent_id))
    return JsonResponse(request_options(drawn))


def _occasion(consent_id: UUID) -> str:
    return f"resume:{consent_id}"
