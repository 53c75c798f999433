"""Whether as many of the bank's loans went bad as the model foresaw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.calibration_page import calibration_page


@require_safe
@audience("bank")
def calibrated(request: HttpRequest) -> HttpResponse:
    """Of the bank's own loans."""
    return render(request, "bank/calibration.html", calibration_page(request))
