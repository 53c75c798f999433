"""The consent page: terms read from the signer's own tables, a proof, and two equal buttons."""

from __future__ import annotations

import hmac
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.handover import CONSENT_RETURN, STEP_UP, portal_url
from portal.consents.signed_terms import digest_of_terms
from portal.consents.signing import Terms, decline, grant, terms_for
from portal.consents.terms import may_answer
from portal.core.errors import InvalidTransition, NotFound
from portal.signer.challenges import new_consent_challenge
from portal.signer.evidence import consent_occasion, evidence_of
from portal.signer.factors import factors_of
from portal.signer.forms import ProofForm
from portal.signer.passkey_checks import request_options
from portal.signer.proving import Proven, proven
from portal.signer.terms_page import digest_of_page, page_of
from portal.signer.visitors import known_visitor, person_for, visitor_id


@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the terms to the person who may answer, and take the answer.

    Saying no takes no proof. Refuses (NotFound) a request that is not this person's to answer,
    (InvalidTransition) one already answered or too old.
    """
    person_id = visitor_id(request.session)
    if person_id is None:
        return HttpResponseRedirect(portal_url(STEP_UP, request=request_id))
    person, terms = person_for(person_id), _answerable(request_id, person_id)
    if request.method == "POST" and request.POST.get("answer") == "decline":
        decline(request_id, person_id=person_id)
        return _back(request_id)
    form = ProofForm(request.POST or None)
    proof = _proof(request, form, person_id=person.id, terms=terms)
    if proof is not None:
        evidence = evidence_of(proof, person_id=person_id, terms=terms)
        grant(request_id, person_id=person_id, evidence=evidence)
        return _back(request_id)
    context = {
        "form": form,
        "page": page_of(terms),
        "person": person,
        "factors": factors_of(person_id),
    }
    return render(request, "signer/consent.html", context)


@never_cache
@require_POST
def challenge(request: HttpRequest, request_id: UUID) -> JsonResponse:
    """A challenge over the terms as they are now, for a passkey. Refuses as the page does."""
    person_id = known_visitor(request.session)
    terms = _answerable(request_id, person_id)
    drawn = new_consent_challenge(
        person_id=person_id,
        occasion=consent_occasion(terms),
        request_id=request_id,
        terms_digest=digest_of_terms(terms),
    )
    return JsonResponse(request_options(drawn))


def _answerable(request_id: UUID, person_id: UUID) -> Terms:
    terms = terms_for(request_id)
    if not may_answer(person_id=person_id, firm_id=terms.firm.id):
        raise NotFound(code="request_missing")
    if not terms.is_pending:
        raise InvalidTransition(code=f"request_{terms.state}")
    return terms


def _proof(
    request: HttpRequest, form: ProofForm, *, person_id: UUID, terms: Terms
) -> Proven | None:
    """A right code or passkey for terms that are still those that were shown; else None."""
    if request.method != "POST" or not form.is_valid():
        return None
    shown = request.POST.get("shown", "")
    if not hmac.compare_digest(shown.encode(), digest_of_page(terms).encode()):
        form.add_error(
            None, _("The terms have changed since this page was shown. Please read them again.")
        )
        return None
    return proven(form, person_id=person_id, occasion=consent_occasion(terms))


def _back(request_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(portal_url(CONSENT_RETURN, request=request_id))
