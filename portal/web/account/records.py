"""Who asked for my records: what a person and an organisation's people are told of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.disclosure.disclosures import told_disclosures
from portal.web.access import actor_of, signed_in
from portal.web.disclosure_words import DisclosureLine
from portal.web.paging import page_links, place_in


@never_cache
@signed_in
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Newest first, once the party may be told."""
    found = told_disclosures(actor_of(request), after=place_in(request))
    context = {
        "lines": [DisclosureLine.of(one) for one in found.rows],
        "links": page_links(request, found),
    }
    return render(request, "account/records.html", context)
