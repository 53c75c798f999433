"""The firm's letter of decision, and its signed agreement."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.web.access import actor_of, audience
from portal.web.agreement_files import agreement_response
from portal.web.letters import letter_response


@require_safe
@audience("firm")
def letter(request: HttpRequest, application_id: UUID, language: str) -> HttpResponse:
    """The bank's decision as a PDF, to keep or to show."""
    return letter_response(actor_of(request), application_id, language)


@require_safe
@audience("firm")
def agreement(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What both sides signed as a PDF, with the statements attached."""
    return agreement_response(actor_of(request), application_id)
