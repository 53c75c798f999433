"""The person's own account: devices, organisations, and visits to the signer."""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.accounts.actors import act_for, actor_of_session
from portal.accounts.handover import Purpose, session_secret, step_url
from portal.accounts.models import User
from portal.accounts.queries import memberships_of, recent_sign_ins_of
from portal.accounts.start_signer_visit import start_signer_visit
from portal.core.errors import NotFound
from portal.web.access import actor_of, signed_in
from portal.web.account.sign_in import home_of

_ERRANDS: Final = {
    "request": Purpose.CONSENT,
    "resume": Purpose.RESUME,
    "offer": Purpose.OFFER,
    "agreement": Purpose.AGREEMENT,
}


@never_cache
@signed_in
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "user": request.user,
        "memberships": memberships_of(actor),
        "sign_ins": recent_sign_ins_of(actor),
        "organisation_id": actor.organisation_id,
    }
    return render(request, "account/security.html", context)


@signed_in
@require_POST
def devices_visit(request: HttpRequest) -> HttpResponse:
    """On to the signer, the only place where devices and codes are handled."""
    return _visit(request, purpose=Purpose.SECURITY)


@never_cache
@signed_in
@require_GET
def consent_visit(request: HttpRequest) -> HttpResponse:
    """The signer sends a person here whom it no longer knows, with what they are there for."""
    for name, purpose in _ERRANDS.items():
        if name in request.GET:
            return _visit(request, purpose=purpose, request_id=_id(request.GET[name]))
    raise NotFound


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _visit(
    request: HttpRequest, *, purpose: Purpose, request_id: UUID | None = None
) -> HttpResponse:
    step = start_signer_visit(
        actor_of(request),
        purpose=purpose,
        session_secret=session_secret(request.session),
        request_id=request_id,
    )
    return HttpResponseRedirect(step_url(step, language=get_language() or "en"))


@signed_in
@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations; a foreign id changes nothing."""
    chosen = request.POST.get("organisation", "")
    for membership in memberships_of(actor_of(request)):
        if str(membership.organisation_id) == chosen:
            act_for(request, membership.organisation_id)
    return redirect(home_of(actor_of_session(cast("User", request.user), request.session)))
