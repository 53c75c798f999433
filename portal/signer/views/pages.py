"""The start page, the language switch and leaving."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "signer/home.html", {"portal": settings.PORTAL_URL})


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Keep the chosen language in a cookie and go back to the page; never to another site."""
    return set_language(request)


@require_safe
def sign_out(request: HttpRequest) -> HttpResponse:
    """The last stop of signing out: forget the person here too, and go back to the start."""
    request.session.flush()
    return HttpResponseRedirect(settings.PORTAL_URL)
