"""One wish for money: the banks that were asked, and their offers side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.applications.funding_queries import funding_for
from portal.web.access import actor_of, audience


@require_safe
@audience("firm")
def detail(request: HttpRequest, funding_id: UUID) -> HttpResponse:
    """What became of each bank's application; offers can be accepted and let go from here."""
    actor = actor_of(request)
    context = {
        "page": funding_for(actor, funding_id),
        "may_act": may(actor, Permission.APPLICATION_SUBMIT),
    }
    return render(request, "sme/funding.html", context)
