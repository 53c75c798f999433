"""Stopping a consent with the link from its notice: asked once more, since programs open links."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.consents.stop_by_link import consent_behind_link, stop_by_link
from portal.notifications.stop_links import consent_to_stop


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link stops nothing: mail filters do that too. Refuses a forged link with 404."""
    consent_id = consent_to_stop(token)
    if request.method == "POST":
        stop_by_link(consent_id=consent_id)
        return redirect("public:consent_stop", token)
    return render(request, "public/consent_stop.html", {"consent": consent_behind_link(consent_id)})
