"""Letting the bank watch over a loan: asked apart from the agreement, answered at the signer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from portal.accounts.handover import Purpose, session_secret, step_url
from portal.accounts.start_signer_visit import start_signer_visit
from portal.servicing.ask_monitoring import ask_monitoring
from portal.web.access import actor_of, audience


@require_POST
@audience("firm")
def ask(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """To the signer, who shows the terms; there the firm may say no as easily as yes."""
    actor = actor_of(request)
    step = start_signer_visit(
        actor,
        purpose=Purpose.CONSENT,
        session_secret=session_secret(request.session),
        request_id=ask_monitoring(actor, application_id=application_id),
    )
    return HttpResponseRedirect(step_url(step, language=get_language() or "en"))
