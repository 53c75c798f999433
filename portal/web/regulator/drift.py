"""Whether the firms of all banks are still like those the model began with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.drift_page import drift_page
from portal.web.regulator.incidents import OVERSEERS


@require_safe
@audience(*OVERSEERS)
def drifted(request: HttpRequest) -> HttpResponse:
    """Of all banks' firms together."""
    return render(request, "regulator/drift.html", drift_page(request))
