"""The model registry as a bank reads it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.model_page import model_page, models_page


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """Every version."""
    return render(request, "regulator/models.html", models_page(request))


@require_safe
@audience("bank")
def detail(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """One version; how it compares with the champion is for the overseers."""
    return render(request, "regulator/model.html", model_page(request, model_id, compared=[]))
