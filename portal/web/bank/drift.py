"""Whether the bank's firms are still like those the model began with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.drift_page import drift_page


@require_safe
@audience("bank")
def drifted(request: HttpRequest) -> HttpResponse:
    """Of the bank's own firms."""
    return render(request, "bank/drift.html", drift_page(request))
