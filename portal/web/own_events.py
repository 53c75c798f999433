"""An organisation's own events with their receipts: the same page for a firm and a bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ledger.queries import Entry
from ledger.standing import Standing, heads
from ledger.words import entry_sentence
from portal.accounts.activity import Activity, note_activity
from portal.oversight.event_queries import own_event, own_events
from portal.oversight.note_parties import note_parties
from portal.oversight.receipts import THIS_PAGE, receipt_to_give
from portal.web.access import actor_of
from portal.web.own_archive import MOST_RECEIPTS, ArchiveForm, is_too_large, packed_events
from portal.web.receipt_files import receipt_response

LARGEST = 2**63 - 1


class Where(forms.Form):
    """Which page, and of which thing; what can't be read counts as not asked."""

    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    about = forms.CharField(required=False, max_length=80)


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words, with how far it has come."""

    entry: Entry
    at: datetime | None
    sentence: str
    standing: Standing


def own_events_page(
    request: HttpRequest, audience: str, *, form: ArchiveForm | None = None
) -> HttpResponse:
    """The actor's own events, newest first; ``audience`` is the name of its addresses' room.

    ``form`` asked for an archive that can't be given, and says why.
    """
    note_parties(THIS_PAGE)
    before, about = _where(request)
    page, now = own_events(actor_of(request), before=before, about=about), heads()
    address = reverse(f"{audience}:events")
    context = {
        "lines": [
            Line(entry, entry.at, entry_sentence(entry), now.standing_of(entry.seq))
            for entry in page.entries
        ],
        "about": about,
        "receipt_url_name": f"{audience}:event_receipt",
        "all_url": address,
        "form": form or ArchiveForm(initial={"about": about}),
        "download_url": reverse(f"{audience}:events_download"),
        "older_url": ""
        if page.older_before is None
        else _address(f"{audience}:events", before=page.older_before, about=about),
        "newest_url": "" if before is None else _address(f"{audience}:events", about=about),
        "most": f"{MOST_RECEIPTS:,}",
    }
    status = 422 if form else 200
    return render(request, "components/own_events.html", context, status=status)


def own_receipt(request: HttpRequest, seq: int) -> HttpResponse:
    """The receipt of one of them; 404 for another's."""
    return receipt_response(receipt_to_give(own_event(actor_of(request), seq)))


def own_events_download(request: HttpRequest, audience: str) -> HttpResponseBase:
    """All of them, or those of some days, as an archive that needs nothing of ours to be checked.

    Refuses (RuleBroken) where the ledger's rows are no longer those that were signed.
    """
    actor, form = actor_of(request), ArchiveForm(request.GET)
    if not form.is_valid():
        return own_events_page(request, audience, form=form)
    wanted = form.wanted()
    if is_too_large(actor, wanted):
        form.add_error("since", _too_many())
        return own_events_page(request, audience, form=form)
    count, file = packed_events(actor, wanted)
    note_activity(
        actor,
        Activity.EXPORTED,
        subject="ledger:own",
        detail={"entries": count},
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return FileResponse(file, as_attachment=True, filename="taxbridge-events.zip")


def _too_many() -> str:
    return _(
        "There are more than %(most)s events. Choose fewer days, and take several archives."
    ) % {"most": f"{MOST_RECEIPTS:,}"}


def _where(request: HttpRequest) -> tuple[int | None, str]:
    form = Where(request.GET)
    form.is_valid()
    return form.cleaned_data.get("before"), form.cleaned_data.get("about", "")


def _address(name: str, **chosen: Any) -> str:
    asked = {key: value for key, value in chosen.items() if value not in (None, "")}
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)
