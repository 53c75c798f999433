"""Recovery codes, and the page of a person's devices."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.handover import Purpose
from portal.core.errors import RuleBroken
from portal.signer import recovery
from portal.signer.phones import phone_of
from portal.signer.steps import Step, step_for
from portal.signer.views.arriving import go_on
from portal.signer.visitors import allow_replacing, is_verified


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Ten codes, new at each look, until the person says that they are kept."""
    step = _verified_step(request, step_id)
    if not recovery.are_unkept(step.person_id):
        return go_on(step)
    if request.method == "POST":
        recovery.keep_codes(person_id=step.person_id)
        return go_on(step)
    codes = recovery.new_codes(person_id=step.person_id)
    return render(request, "signer/recovery_codes.html", {"codes": codes})


@never_cache
@require_http_methods(["GET", "POST"])
def devices(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """The person's phone and recovery codes, and the way to new ones."""
    step = _verified_step(request, step_id)
    if step.purpose is not Purpose.SECURITY:
        raise RuleBroken(code="step_unknown")
    if request.method == "POST" and "phone" in request.POST:
        allow_replacing(request.session, step)
        return redirect("signer:enrol", step.id)
    if request.method == "POST":
        recovery.start_new_codes(person_id=step.person_id)
        return redirect("signer:recovery_codes", step.id)
    context = {
        "phone": phone_of(step.person_id),
        "codes_left": recovery.codes_left(step.person_id),
        "portal": settings.PORTAL_URL,
    }
    return render(request, "signer/devices.html", context)


def _verified_step(request: HttpRequest, step_id: UUID) -> Step:
    """The step, if its code was given in this browser. Refuses (RuleBroken) any other."""
    step = step_for(step_id)
    if not is_verified(request.session, step):
        raise RuleBroken(code="not_this_browser")
    return step
