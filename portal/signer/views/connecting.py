"""To the tax authority and back, to learn for which firm this person may act."""

from __future__ import annotations

import hmac
import secrets
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.handover import FIRM_CONNECTED, Purpose, portal_url
from portal.core.errors import NotFound, RuleBroken
from portal.signer.connect_firm import CLIENT, connect_firm, verified_assertion
from portal.signer.steps import step_for
from portal.signer.visitors import person_for, visitor_id

_BEGUN: Final = "connecting"


@never_cache
@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """Off to the authority's sign-in, with a state and a nonce that only this browser knows."""
    step = step_for(_step_id(request))
    if step.purpose is not Purpose.CONNECT:
        raise NotFound(code="step_unknown")
    if visitor_id(request.session) != step.person_id:
        return redirect("signer:step", step.id)
    begun = {
        "step": str(step.id),
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
    }
    request.session[_BEGUN] = begun
    query = {
        "client_id": CLIENT,
        "redirect_uri": settings.SIGNER_URL + reverse("signer:connect_return"),
        "state": begun["state"],
        "nonce": begun["nonce"],
        "uscc": step.next,
    }
    return HttpResponseRedirect(f"{settings.TAX_AUTHORITY_URL}/authorize?{urlencode(query)}")


@never_cache
@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the authority. Refuses (RuleBroken) what was not begun in this browser."""
    begun = request.session.pop(_BEGUN, None)
    state = request.GET.get("state", "")
    if begun is None or not hmac.compare_digest(state.encode(), begun["state"].encode()):
        raise RuleBroken(code="not_this_browser")
    if "error" in request.GET:
        raise RuleBroken(code="access_denied")
    step = step_for(UUID(begun["step"]))
    if visitor_id(request.session) != step.person_id:
        raise RuleBroken(code="not_this_browser")
    assertion = verified_assertion(request.GET.get("assertion", ""))
    connect_firm(
        person=person_for(step.person_id), step=step, nonce=begun["nonce"], assertion=assertion
    )
    return HttpResponseRedirect(portal_url(FIRM_CONNECTED, step=step.id))


def _step_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("step", ""))
    except ValueError as error:
        raise NotFound(code="step_unknown") from error
