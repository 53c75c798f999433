"""The signer's own middleware: the language one arrives with, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.core.errors import Refused
from portal.signer.refusals import refusal_page

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


class RefusalMiddleware:
    """Turns the error tree of ``portal.core.errors`` into pages; views have no try/except."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal_page(request, error) if isinstance(error, Refused) else None
