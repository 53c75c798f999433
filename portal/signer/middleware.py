"""The signer's own middleware: the language one arrives with, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.accounts.activity import Activity, note_activity
from portal.core.actor import Actor
from portal.core.errors import Refused
from portal.signer.refusals import refusal_page
from portal.signer.visitors import visitor_id

_THINGS: Final = {
    "request_id": "request",
    "consent_id": "consent",
    "offer_id": "offer",
    "passkey_id": "passkey",
}
Respond = Callable[[HttpRequest], HttpResponse]


class ArrivalLanguageMiddleware:
    """``?language=`` from the portal becomes this origin's cookie, and leaves the address."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.GET.get("language")
        if request.method != "GET" or language not in self.known:
            return self.respond(request)
        rest = request.GET.copy()
        del rest["language"]
        query = f"?{rest.urlencode()}" if rest else ""
        response = HttpResponseRedirect(f"{request.path}{query}")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax"
        )
        return response


class ActivityMiddleware:
    """A row in the activity log for each request of somebody who proved a second factor here.

    Written before the answer leaves, as at the portal's door (`portal.web.activity_door`). The
    number of a step stays out of it: it came with a link of the person's own.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = visitor_id(request.session)
        response = self.respond(request)
        # Afterwards: proving makes one known. Before: signing out makes one unknown.
        person_id = visitor_id(request.session) or before
        if person_id is not None:
            _note_act(request, response, person_id=person_id)
        return response


def _note_act(request: HttpRequest, response: HttpResponse, *, person_id: UUID) -> None:
    is_form = request.method not in ("GET", "HEAD", "OPTIONS")
    page = request.resolver_match
    named = {} if page is None else page.kwargs
    things = [f"{kind}:{named[name]}" for name, kind in _THINGS.items() if name in named]
    note_activity(
        Actor(person_id=person_id, person_name=""),
        Activity.FORM_SENT if is_form else Activity.PAGE_OPENED,
        subject=things[0] if things else "",
        detail={
            "page": "" if page is None else page.view_name,
            "status": response.status_code,
        },
        address=str(request.META.get("REMOTE_ADDR", "")),
    )


class RefusalMiddleware:
    """Turns the error tree of ``portal.core.errors`` into pages; views have no try/except."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal_page(request, error) if isinstance(error, Refused) else None
