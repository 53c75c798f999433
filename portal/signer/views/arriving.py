"""Arriving for a step: prove the second factor, then go on to what the step is for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.handover import SECOND_FACTOR_RETURN, Purpose, portal_url
from portal.core.errors import RuleBroken
from portal.signer import recovery
from portal.signer.assertions import second_factor_assertion
from portal.signer.factors import factors_of
from portal.signer.forms import ProofForm, RecoveryForm
from portal.signer.proving import proven
from portal.signer.steps import Step, step_for, use_once
from portal.signer.visitors import (
    admit,
    allow_replacing,
    is_verified,
    method_of,
    person_for,
    visitor_id,
)

# A visit within the idle time goes on without a code; what it leads to asks for its own proof.
_KNOWN_IS_ENOUGH = frozenset(
    {Purpose.CONNECT, Purpose.CONSENT, Purpose.RESUME, Purpose.OFFER, Purpose.AGREEMENT}
)


@never_cache
@require_safe
def arrive(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Where the portal sends a person; asks for the second factor, or for one to be set up."""
    step = step_for(step_id)
    if _is_known(request, step) or is_verified(request.session, step):
        return go_on(request, step)
    return redirect("signer:code" if factors_of(step.person_id).count else "signer:enrol", step.id)


def _is_known(request: HttpRequest, step: Step) -> bool:
    """Whether this visit may go on. Unkept recovery codes are shown to a proven person only."""
    return (
        step.purpose in _KNOWN_IS_ENOUGH
        and visitor_id(request.session) == step.person_id
        and not recovery.are_unkept(step.person_id)
    )


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """A passkey or a one-time code. Right: on to what the step is for."""
    step = step_for(step_id)
    factors = factors_of(step.person_id)
    if not factors.count:
        return redirect("signer:enrol", step.id)
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proof = proven(form, person_id=step.person_id, occasion=sign_in_occasion(step))
        if proof is not None:
            admit(request.session, step, method=proof.method)
            return go_on(request, step)
    person = person_for(step.person_id)
    context = {"form": form, "step": step, "person": person, "factors": factors}
    return render(request, "signer/code.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def lost_phone(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """A recovery code lets the person set up another phone; it does not sign anybody in."""
    step = step_for(step_id)
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = recovery.use_code(person_id=step.person_id, code=form.cleaned_data["code"])
        if answer.is_right:
            allow_replacing(request.session, step)
            return redirect("signer:enrol", step.id)
        form.refuse(answer)
    context = {"form": form, "step": step, "factors": factors_of(step.person_id)}
    return render(request, "signer/lost_phone.html", context)


def sign_in_occasion(step: Step) -> str:
    """For what a challenge is drawn on the page of the second factor: this very step."""
    return f"step:{step.id}"


def go_on(request: HttpRequest, step: Step) -> HttpResponse:
    """Past the second factor: first unkept recovery codes, then what the step is for.

    Refuses (RuleBroken, code step_used) to sign the same step in twice.
    """
    if recovery.are_unkept(step.person_id):
        return redirect("signer:recovery_codes", step.id)
    match step.purpose:
        case Purpose.SIGN_IN:
            if not use_once(f"step:{step.id}"):
                raise RuleBroken(code="step_used")
            assertion = second_factor_assertion(step, method=method_of(request.session))
            return HttpResponseRedirect(portal_url(SECOND_FACTOR_RETURN, assertion=assertion))
        case Purpose.CONNECT:
            return HttpResponseRedirect(f"{reverse('signer:connect')}?step={step.id}")
        case Purpose.CONSENT | Purpose.RESUME | Purpose.OFFER | Purpose.AGREEMENT:
            return redirect(f"signer:{step.purpose}", UUID(step.next))
        case Purpose.SECURITY:
            return redirect("signer:devices", step.id)
