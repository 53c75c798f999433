"""The letter that the firm gets, and the agreement, as the bank's people see them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, require
from portal.web.access import actor_of, audience
from portal.web.agreement_files import agreement_response
from portal.web.letters import letter_response


@require_safe
@audience("bank")
def letter(request: HttpRequest, application_id: UUID, language: str) -> HttpResponse:
    """The very letter of the firm, in either language."""
    require(actor_of(request), Permission.CASE_VIEW)
    return letter_response(actor_of(request), application_id, language)


@require_safe
@audience("bank")
def agreement(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What both sides signed, the very file of the firm."""
    require(actor_of(request), Permission.CASE_VIEW)
    return agreement_response(actor_of(request), application_id)
