"""Documents leave as attachments: no browser shows one under the portal's address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from portal.applications.open_document import open_document
from portal.web.access import actor_of


def served(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The file under the firm's name for it, with the type that was recognised by its bytes."""
    address = request.META.get("REMOTE_ADDR", "")
    document, data = open_document(actor_of(request), document_id=document_id, address=address)
    headers = {
        "Content-Disposition": content_disposition_header(True, document.name) or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=document.file_type, headers=headers)
