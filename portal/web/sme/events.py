"""The firm's own events in the ledger, with their receipts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.web.access import audience
from portal.web.own_events import own_events_download, own_events_page, own_receipt


@never_cache
@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """Newest first; all, or those about one thing."""
    return own_events_page(request, "sme")


@require_safe
@audience("firm")
def receipt(request: HttpRequest, seq: int) -> HttpResponse:
    """One event's receipt as a file."""
    return own_receipt(request, seq)


@require_safe
@audience("firm")
def download(request: HttpRequest) -> HttpResponseBase:
    """All of them with their proofs, to be checked anywhere."""
    return own_events_download(request, "sme")
