"""What the portal has told the person; the same that went out by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.notifications.inbox import inbox_of
from portal.notifications.mark_messages_read import mark_messages_read
from portal.web.access import actor_of, signed_in
from portal.web.paging import page_links, place_in


@never_cache
@signed_in
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Newest first; those that were new are marked so once more, and are read from then on."""
    actor = actor_of(request)
    found = inbox_of(actor, after=place_in(request))
    new = [line.id for line in found.rows if line.is_new]
    if new:
        mark_messages_read(actor, message_ids=new)
    context = {"lines": found.rows, "links": page_links(request, found)}
    return render(request, "account/messages.html", context)
