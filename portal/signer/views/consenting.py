"""The consent page: terms read from the signer's own tables, a code, and two equal buttons."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.handover import CONSENT_RETURN, STEP_UP, portal_url
from portal.consents.signing import Evidence, Terms, decline, grant, terms_for
from portal.consents.terms import may_answer
from portal.core.errors import InvalidTransition, NotFound
from portal.signer.forms import CodeForm
from portal.signer.phones import check_code
from portal.signer.terms_page import digest_of_terms, page_of
from portal.signer.visitors import Person, person_for, visitor_id


@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the terms to the person who may answer, and take the answer.

    Saying no takes no code. Refuses (NotFound) a request that is not this person's to answer,
    (InvalidTransition) one already answered or too old.
    """
    person_id = visitor_id(request.session)
    if person_id is None:
        return HttpResponseRedirect(portal_url(STEP_UP, request=request_id))
    person, terms = person_for(person_id), _answerable(request_id, person_id)
    form = CodeForm()
    if request.method == "POST" and request.POST.get("answer") == "decline":
        decline(request_id, person_id=person_id)
        return _back(request_id)
    if request.method == "POST":
        form = CodeForm(request.POST)
        if _is_confirmed(request, form, person=person, terms=terms):
            grant(request_id, person_id=person_id, evidence=_evidence(person, terms))
            return _back(request_id)
    context = {"form": form, "page": page_of(terms), "person": person}
    return render(request, "signer/consent.html", context)


def _answerable(request_id: UUID, person_id: UUID) -> Terms:
    terms = terms_for(request_id)
    if not may_answer(person_id=person_id, firm_id=terms.firm.id):
        raise NotFound(code="request_missing")
    if not terms.is_pending:
        raise InvalidTransition(code=f"request_{terms.state}")
    return terms


def _is_confirmed(request: HttpRequest, form: CodeForm, *, person: Person, terms: Terms) -> bool:
    """Whether what was shown is what would be signed, and the code is right and unused."""
    if not form.is_valid():
        return False
    shown = request.POST.get("shown", "")
    if not hmac.compare_digest(shown.encode(), digest_of_terms(terms).encode()):
        form.add_error(
            None, _("The terms have changed since this page was shown. Please read them again.")
        )
        return False
    answer = check_code(person_id=person.id, code=form.cleaned_data["code"])
    if not answer.is_right:
        form.refuse(answer)
    return answer.is_right


def _evidence(person: Person, terms: Terms) -> Evidence:
    """The method, and a digest that ties this person to the very terms that were shown."""
    shown = digest_of_terms(terms)
    step = hashlib.sha256(f"totp:{person.id}:{shown}".encode()).hexdigest()
    return Evidence(method="totp", step_digest=step, terms_digest=shown)


def _back(request_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(portal_url(CONSENT_RETURN, request=request_id))
