"""Banks' requests for the firm's tax data: those that wait for an answer, and a short no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may
from portal.consents.dashboard import STANDING_GROUPS, consents_in
from portal.consents.narrowing import Wanted
from portal.consents.needs import needed_for
from portal.consents.queries import ConsentView
from portal.consents.reject_request import reject_request
from portal.consents.requests import request_for, requests_waiting_for
from portal.consents.terms import Terms, terms_for
from portal.core.actor import Actor
from portal.web.access import actor_of, audience
from portal.web.comparison_words import in_words


def waiting_requests(actor: Actor) -> dict[str, Any]:
    """What the list of waiting requests needs to be shown."""
    return {
        "requests": requests_waiting_for(actor),
        "may_answer": may(actor, Permission.CONSENT_GRANT),
        "signer_url": settings.SIGNER_URL,
    }


@require_safe
@audience("firm")
def detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One bank's request: why each kind of data, and what it would change in a consent there is."""
    actor = actor_of(request)
    ask, terms = request_for(actor, request_id), terms_for(request_id)
    standing = _standing_beside(actor, terms)
    context = {
        "ask": ask,
        "terms": terms,
        "needed": needed_for(terms, get_language() or ""),
        "standing": standing,
        "comparison": standing
        and in_words(standing.scope, terms.scope, purpose=terms.purpose.value),
        "may_answer": may(actor, Permission.CONSENT_GRANT),
        "signer_url": settings.SIGNER_URL,
    }
    return render(request, "sme/request_detail.html", context)


@require_POST
@audience("firm")
def reject(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say no at once; the terms page at the signer takes the same answer."""
    reject_request(actor_of(request), request_id=request_id)
    messages.success(request, _("You said no. The bank cannot use your tax data."))
    return redirect("sme:consents")


def _standing_beside(actor: Actor, terms: Terms) -> ConsentView | None:
    """The newest consent in force, or paused, that the same bank has for the same purpose."""
    wanted = Wanted(purpose=terms.purpose.value)
    found = consents_in(actor, STANDING_GROUPS, wanted=wanted, size=100).rows
    return next((one for one in found if one.bank_id == terms.bank.id), None)
