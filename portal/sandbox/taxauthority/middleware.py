"""Language and refusals: what every request to the authority passes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from portal.core.errors import Refused

Respond = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """``?lang=`` chooses and is kept in a cookie; else the browser's language, else English."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = {code for code, _ in settings.LANGUAGES}
        asked = request.GET.get("lang", "")
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = next((code for code in (asked, kept) if code in known), None)
        language = language or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.respond(request)
        if asked in known and asked != kept:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, httponly=True, samesite="Lax")
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class RefusalMiddleware:
    """Turns the error tree of ``portal.core.errors`` into JSON for machines, a page for people."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if request.path.startswith("/api/"):
            answer = {"error": error.code, "message": error.message}
            if cause := getattr(error, "cause", ""):
                answer["cause"] = cause
            return JsonResponse(answer, status=error.status)
        context = {"code": error.code}
        return render(request, "taxauthority/refused.html", context, status=error.status)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For the language switch: this address in the other language."""
    query = request.GET.copy()
    other = "en" if request.LANGUAGE_CODE == "zh-hans" else "zh-hans"
    query["lang"] = other
    return {"other_language": other, "switch_query": query.urlencode()}
