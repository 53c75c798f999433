"""Is this letter one of ours? For anybody who holds it; nobody else can know the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.applications.letter.queries import genuine_letter
from portal.products.reason_codes import Outcome


@never_cache
@require_safe
def letter(request: HttpRequest, reference: str, digest: str) -> HttpResponse:
    """Who decided what and when, if the record is still the one that the letter was made from."""
    decision = genuine_letter(reference, digest)
    context = {
        "decision": decision,
        "application": decision.application,
        "is_approved": decision.outcome == Outcome.APPROVE,
        "digest": digest,
    }
    return render(request, "public/letter.html", context)
