"""A person's own devices: phone, passkeys and recovery codes, what to add and what to remove."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.errors import NotFound
from portal.signer import recovery
from portal.signer.factors import factors_of
from portal.signer.forms import PasskeyNameForm
from portal.signer.passkeys import confirm_passkey
from portal.signer.removing import remove_passkey, remove_phone
from portal.signer.steps import Step
from portal.signer.views.verified import security_step
from portal.signer.visitors import allow_replacing, person_for


@never_cache
@require_http_methods(["GET", "POST"])
def devices(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """What the person has, and the way to more of it."""
    step = security_step(request, step_id)
    if request.method == "POST" and "phone" in request.POST:
        allow_replacing(request.session, step)
        return redirect("signer:enrol", step.id)
    if request.method == "POST":
        recovery.start_new_codes(person_id=step.person_id)
        return redirect("signer:recovery_codes", step.id)
    context = {
        "step": step,
        "factors": factors_of(step.person_id),
        "codes_left": recovery.codes_left(step.person_id),
        "portal": settings.PORTAL_URL,
    }
    return render(request, "signer/devices.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Name a passkey and have the browser make it; the visit's own second factor came first."""
    step = security_step(request, step_id)
    form = PasskeyNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = confirm_passkey(
            person=person_for(step.person_id),
            occasion=enrolment_occasion(step),
            name=form.cleaned_data["name"],
            response=form.cleaned_data["passkey"],
        )
        if answer.is_right:
            return redirect("signer:devices", step.id)
        form.refuse(answer)
    return render(request, "signer/add_passkey.html", {"form": form, "step": step})


@never_cache
@require_http_methods(["GET", "POST"])
def passkey_removal(request: HttpRequest, step_id: UUID, passkey_id: UUID) -> HttpResponse:
    """Ask once more, then remove one passkey. Refuses (NotFound) another person's."""
    step = security_step(request, step_id)
    if request.method == "POST":
        remove_passkey(person=person_for(step.person_id), passkey_id=passkey_id)
        return redirect("signer:devices", step.id)
    found = [one for one in factors_of(step.person_id).passkeys if one.id == passkey_id]
    if not found:
        raise NotFound(code="passkey_unknown")
    return render(request, "signer/remove_passkey.html", {"passkey": found[0], "step": step})


@never_cache
@require_http_methods(["GET", "POST"])
def phone_removal(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Ask once more, then remove the phone, of which a thief may have the codes."""
    step = security_step(request, step_id)
    if request.method == "POST":
        remove_phone(person=person_for(step.person_id))
        return redirect("signer:devices", step.id)
    return render(request, "signer/remove_phone.html", {"step": step})


def enrolment_occasion(step: Step) -> str:
    """For what a challenge is drawn when a passkey is made: this very visit."""
    return f"passkey:{step.id}"
