"""Signing an agreement for a bank: the very document, a proof, a signature, and back."""

from __future__ import annotations

import hmac
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.handover import AGREEMENT_RETURN, STEP_UP, portal_url
from portal.signer.agreements import OpenAgreement, open_agreement
from portal.signer.challenges import new_consent_challenge
from portal.signer.countersign_agreement import countersign_agreement
from portal.signer.evidence import agreement_occasion, evidence_over
from portal.signer.factors import factors_of
from portal.signer.forms import ProofForm
from portal.signer.offer_page import page_of
from portal.signer.passkey_checks import request_options
from portal.signer.proving import Proven, proven
from portal.signer.visitors import known_visitor, visitor_id


@never_cache
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show the whole agreement to the bank's person, and take the signature.

    Refuses (NotFound) another bank's, (InvalidTransition) one that no longer waits.
    """
    person_id = visitor_id(request.session)
    if person_id is None:
        return HttpResponseRedirect(portal_url(STEP_UP, agreement=offer_id))
    found = open_agreement(offer_id, person_id=person_id)
    page, form = page_of(found), ProofForm(request.POST or None)
    back = portal_url(AGREEMENT_RETURN, offer=offer_id)
    proof = _proof(request, form, person_id=person_id, shown=found)
    if proof is not None:
        evidence = evidence_over(proof, person_id=person_id, shown=found.shown)
        countersign_agreement(offer_id, person_id=person_id, evidence=evidence)
        return HttpResponseRedirect(back)
    context = {
        "form": form,
        "page": page,
        "accepted_at": found.accepted_at,
        "factors": factors_of(person_id),
        "back": back,
    }
    return render(request, "signer/agreement.html", context)


@never_cache
@require_POST
def challenge(request: HttpRequest, offer_id: UUID) -> JsonResponse:
    """A challenge over the agreement, for a passkey. Refuses as the page does."""
    person_id = known_visitor(request.session)
    found = open_agreement(offer_id, person_id=person_id)
    drawn = new_consent_challenge(
        person_id=person_id,
        occasion=agreement_occasion(found),
        request_id=offer_id,
        terms_digest=found.shown,
    )
    return JsonResponse(request_options(drawn))


def _proof(
    request: HttpRequest, form: ProofForm, *, person_id: UUID, shown: OpenAgreement
) -> Proven | None:
    """A right code or passkey for the very agreement that was shown; else None."""
    if request.method != "POST" or not form.is_valid():
        return None
    if not hmac.compare_digest(request.POST.get("shown", "").encode(), shown.shown.encode()):
        said = _("This is not the agreement that the page showed. Please read it again.")
        form.add_error(None, said)
        return None
    return proven(form, person_id=person_id, occasion=agreement_occasion(shown))
