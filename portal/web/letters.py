"""The decision letter as an answer: a file to keep, in either language."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from portal.applications.letter.queries import decided_case
from portal.applications.letter.typeset import typeset
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.web.letter_texts import letter_of


def letter_response(actor: Actor, application_id: UUID, language: str) -> HttpResponse:
    """The letter as a PDF to download; NotFound while undecided and for an unknown language."""
    case = decided_case(actor, application_id)
    if language not in dict(settings.LANGUAGES):
        raise NotFound(code="language_unknown")
    name = f"{case.application.reference}-{language}.pdf"
    page = typeset(letter_of(case, language))
    return HttpResponse(
        page,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
