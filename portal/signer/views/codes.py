"""Recovery codes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.signer import recovery
from portal.signer.views.arriving import go_on
from portal.signer.views.verified import verified_step


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Ten codes, new at each look, until the person says that they are kept."""
    step = verified_step(request, step_id)
    if not recovery.are_unkept(step.person_id):
        return go_on(request, step)
    if request.method == "POST":
        recovery.keep_codes(person_id=step.person_id)
        return go_on(request, step)
    codes = recovery.new_codes(person_id=step.person_id)
    return render(request, "signer/recovery_codes.html", {"codes": codes})
