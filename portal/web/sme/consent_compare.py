"""A consent beside the one whose place it took: what changed, and that both are on the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ledger.kinds import EventKind
from ledger.queries import Entry, entries_page
from ledger.standing import Standing, heads
from portal.consents.queries import ConsentView, consent_for
from portal.core.errors import NotFound
from portal.web.access import actor_of, audience
from portal.web.comparison_words import in_words


@dataclass(frozen=True, slots=True)
class Document:
    """A signed document: its digest, and the entry that granted it once the ledger has it."""

    consent: ConsentView
    entry: Entry | None
    standing: Standing | None


@require_safe
@audience("firm")
def compare(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """The newer and the older document in words; NotFound for a consent that replaced none."""
    actor = actor_of(request)
    new = consent_for(actor, consent_id)
    if new.supersedes is None:
        raise NotFound(code="consent_missing")
    old = consent_for(actor, new.supersedes)
    context = {
        "new": new,
        "old": old,
        "comparison": in_words(old.scope, new.scope, purpose=new.purpose),
        "documents": [_document(old), _document(new)],
    }
    return render(request, "sme/consent_compare.html", context)


def _document(consent: ConsentView) -> Document:
    granted = entries_page(kind=EventKind.CONSENT_GRANTED, subject=consent.ref, size=1).entries
    entry = granted[0] if granted else None
    return Document(consent, entry, None if entry is None else heads().standing_of(entry.seq))
