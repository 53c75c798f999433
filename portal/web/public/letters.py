"""Is this letter one of ours, and unaltered? For whoever holds it: the address is on it alone."""

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
    """What the letter has to say, if the record is still the one that it was made from.

    Amount, term and the end of the firm's code too: else a letter with another amount beside a
    genuine address would pass.
    """
    decision = genuine_letter(reference, digest)
    context = {
        "decision": decision,
        "application": decision.application,
        "asked": decision.inputs["application"],
        "code_end": decision.application.firm.uscc[-6:],
        "is_approved": decision.outcome == Outcome.APPROVE,
        "digest": digest,
    }
    return render(request, "public/letter.html", context)
