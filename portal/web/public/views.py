"""Public pages: words for everybody, the same signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from portal.accounts.save_language import save_language
from portal.web.bands import shipped_bands
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import TITLES


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html")


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    figures = [_(TITLES[scale.name]) for scale in shipped_model().scales]
    return render(request, "public/scores.html", {"bands": shipped_bands(), "figures": figures})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help.html")


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Keep the choice in a cookie, and with the person; go back to the page, never elsewhere."""
    actor, chosen = getattr(request, "actor", None), request.POST.get("language", "")
    if actor is not None and check_for_language(chosen):
        save_language(actor, language=chosen)
    return set_language(request)
