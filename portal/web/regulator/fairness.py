"""How all banks decided about firms of one class and another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.fairness_page import fairness_page
from portal.web.regulator.incidents import OVERSEERS


@require_safe
@audience(*OVERSEERS)
def fairness(request: HttpRequest) -> HttpResponse:
    """Of all banks' decisions together."""
    return render(request, "regulator/fairness.html", fairness_page(request))
