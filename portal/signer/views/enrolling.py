"""Setting up a phone: QR code, secret, and a first code as proof."""

from __future__ import annotations

import io
from typing import Final
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.errors import NotFound
from portal.signer import recovery
from portal.signer.factors import factors_of
from portal.signer.forms import CodeForm
from portal.signer.phones import (
    confirm_phone,
    new_phone,
    provisioning_uri,
    secret_groups,
    unconfirmed_phone,
)
from portal.signer.proving import Method
from portal.signer.steps import Step, step_for
from portal.signer.views.arriving import go_on
from portal.signer.visitors import admit, may_replace, person_for

_PHONE: Final = "new_phone"


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """For a person without any factor, or one who may replace the phone; others prove one."""
    step = step_for(step_id)
    if factors_of(step.person_id).count and not may_replace(request.session, step):
        return redirect("signer:code", step.id)
    person, phone = person_for(step.person_id), _phone(request, step)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = confirm_phone(person=person, phone_id=phone.id, code=form.cleaned_data["code"])
        if answer.is_right:
            recovery.start_new_codes(person_id=person.id)
            admit(request.session, step, method=Method.TOTP)
            return go_on(request, step)
        form.refuse(answer)
    context = {"form": form, "step": step, "person": person, "secret": secret_groups(phone)}
    return render(request, "signer/enrol.html", context)


@never_cache
@require_safe
def qr_code(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """The secret as a picture, only for the browser that began the set-up."""
    step = step_for(step_id)
    phone = _begun(request, step)
    if phone is None:
        raise NotFound(code="step_unknown")
    code = segno.make(provisioning_uri(phone, person_for(step.person_id)), error="m")
    picture = io.BytesIO()
    code.save(picture, kind="svg", scale=5, dark="#14202b", light="#ffffff", svgclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _phone(request: HttpRequest, step: Step) -> TOTPDevice:
    """The phone being set up in this browser; a reload keeps its secret."""
    phone = _begun(request, step) or new_phone(person_id=step.person_id)
    request.session[_PHONE] = phone.id
    return phone


def _begun(request: HttpRequest, step: Step) -> TOTPDevice | None:
    begun = request.session.get(_PHONE)
    if begun is None:
        return None
    return unconfirmed_phone(person_id=step.person_id, phone_id=begun)
