"""The door to pages behind the second factor."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from portal.accounts.handover import Purpose
from portal.core.errors import RuleBroken
from portal.signer.steps import Step, step_for
from portal.signer.visitors import is_verified


def verified_step(request: HttpRequest, step_id: UUID) -> Step:
    """The step, if a factor was proved for it in this browser. Refuses (RuleBroken) any other."""
    step = step_for(step_id)
    if not is_verified(request.session, step):
        raise RuleBroken(code="not_this_browser")
    return step


def security_step(request: HttpRequest, step_id: UUID) -> Step:
    """The same, of a visit to one's own devices."""
    step = verified_step(request, step_id)
    if step.purpose is not Purpose.SECURITY:
        raise RuleBroken(code="step_unknown")
    return step
