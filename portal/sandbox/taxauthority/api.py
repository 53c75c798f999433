"""The machine side: JSON in, JSON and JOSE out; refusals are ``{"error": code, "message": …}``."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal.core.errors import NotFound
from portal.core.wire import WireRefused
from portal.sandbox.taxauthority.models import DataSession, SealedPage
from portal.sandbox.taxauthority.serving.consent import check_not_revoked
from portal.sandbox.taxauthority.serving.ended_mandates import ended_mandates_after
from portal.sandbox.taxauthority.serving.open_session import open_session
from portal.sandbox.taxauthority.serving.revoke import revoke


@csrf_exempt  # no cookie counts here: every request carries a signature
@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """``{"request": JWS}`` → the session with its signed manifest."""
    session = open_session(_member(request, "request"))
    return JsonResponse(
        {
            "session": str(session.id),
            "pages": session.pages,
            "records": session.records,
            "manifest": session.manifest,
        }
    )


@require_GET
def page(request: HttpRequest, session_id: UUID, number: int) -> HttpResponse:
    """One sealed page; only the holder of the session's key can read it."""
    session = DataSession.objects.filter(id=session_id, expires_at__gt=timezone.now()).first()
    if session is None:
        raise NotFound("There is no such session.", code="unknown_session")
    check_not_revoked(session.consent)
    sealed = SealedPage.objects.filter(session=session, number=number).first()
    if sealed is None:
        raise NotFound("The session has no such page.", code="unknown_page")
    return HttpResponse(sealed.token, content_type="application/jose")


@csrf_exempt
@require_POST
def revocations(request: HttpRequest) -> HttpResponse:
    """``{"notice": JWS}`` → ``{"ack": JWS}``."""
    return JsonResponse({"ack": revoke(_member(request, "notice"))})


@csrf_exempt
@require_POST
def ended_mandates(request: HttpRequest) -> HttpResponse:
    """``{"request": JWS}`` → ``{"ended": JWS}``."""
    return JsonResponse({"ended": ended_mandates_after(_member(request, "request"))})


def _member(request: HttpRequest, name: str) -> str:
    try:
        token = json.loads(request.body)[name]
    except (ValueError, KeyError, TypeError) as error:
        raise WireRefused(f"The body must be JSON with {name}.") from error
    if not isinstance(token, str):
        raise WireRefused(f"{name} must be a signed message.")
    return token
