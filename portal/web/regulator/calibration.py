"""Whether as many loans of all banks went bad as the model foresaw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.calibration_page import calibration_page
from portal.web.regulator.incidents import OVERSEERS


@require_safe
@audience(*OVERSEERS)
def calibrated(request: HttpRequest) -> HttpResponse:
    """Of all banks' loans together."""
    return render(request, "regulator/calibration.html", calibration_page(request))
