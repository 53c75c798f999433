"""A signed agreement as a file to download, the same for its firm and its bank."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from portal.applications.agreement_queries import agreement_for
from portal.core.actor import Actor
from portal.core.press.setting import set_sheet
from portal.web.agreement_sheet import SHEET, agreement_words


def agreement_response(actor: Actor, application_id: UUID) -> HttpResponse:
    """The agreement as a PDF in both languages; NotFound as `agreement_for`."""
    signed = agreement_for(actor, application_id)
    name = f"{signed.agreed.document['offer']['reference']}-agreement.pdf"
    return HttpResponse(
        set_sheet(SHEET, agreement_words(signed)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
