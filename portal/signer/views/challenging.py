"""Challenges for passkeys, asked for by static/passkey.js at the moment a person uses one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.core.errors import NotFound
from portal.signer.challenges import new_challenge
from portal.signer.factors import factors_of
from portal.signer.passkey_checks import request_options
from portal.signer.passkeys import enrolment_options
from portal.signer.steps import step_for
from portal.signer.views.arriving import sign_in_occasion
from portal.signer.views.devices import enrolment_occasion
from portal.signer.views.verified import security_step
from portal.signer.visitors import person_for


@never_cache
@require_POST
def for_sign_in(request: HttpRequest, step_id: UUID) -> JsonResponse:
    """For the page of the second factor. Refuses (NotFound) a person without passkeys."""
    step = step_for(step_id)
    if not factors_of(step.person_id).passkeys:
        raise NotFound(code="passkey_unknown")
    challenge = new_challenge(person_id=step.person_id, occasion=sign_in_occasion(step))
    return JsonResponse(request_options(challenge))


@never_cache
@require_POST
def for_enrolment(request: HttpRequest, step_id: UUID) -> JsonResponse:
    """For a new passkey. Refuses (RuleBroken) a browser that proved no factor for this visit."""
    step = security_step(request, step_id)
    person = person_for(step.person_id)
    return JsonResponse(enrolment_options(person=person, occasion=enrolment_occasion(step)))
