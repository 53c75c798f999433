"""The receipts of a consent that names the bank."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.consents.queries import consent_for
from portal.web.access import actor_of, audience
from portal.web.consent_receipts import (
    printed_receipt_response,
    receipt_lines,
    signed_receipt_response,
)


@require_safe
@audience("bank")
def listed(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """What happened to it, first one first, each with its receipt."""
    actor = actor_of(request)
    context = {
        "consent": consent_for(actor, consent_id),
        "receipts": receipt_lines(actor, consent_id),
    }
    return render(request, "bank/consent_receipts.html", context)


@require_safe
@audience("bank")
def receipt_file(request: HttpRequest, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """One of them as a file."""
    return signed_receipt_response(actor_of(request), consent_id, event_id)


@require_safe
@audience("bank")
def receipt_pdf(request: HttpRequest, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """The same for paper."""
    return printed_receipt_response(actor_of(request), consent_id, event_id)
