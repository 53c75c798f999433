"""How the bank decided about firms of one class and another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.fairness_page import fairness_page


@require_safe
@audience("bank")
def fairness(request: HttpRequest) -> HttpResponse:
    """Of the bank's own decisions."""
    return render(request, "bank/fairness.html", fairness_page(request))
