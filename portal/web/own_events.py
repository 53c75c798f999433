"""An organisation's own events with their receipts: the same page for a firm and a bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from ledger import export
from ledger.export.accompanying import policy_text
from ledger.format.receipt import Receipt
from ledger.keys import policy
from ledger.queries import Entry
from ledger.standing import Standing, heads
from ledger.words import entry_sentence
from portal.accounts.activity import Activity, note_activity
from portal.oversight.event_queries import own_event, own_events
from portal.oversight.note_parties import note_parties
from portal.oversight.receipts import THIS_PAGE, receipt_if_signed, receipt_to_give
from portal.web.access import actor_of
from portal.web.own_events_texts import read_me
from portal.web.receipt_files import file_name, receipt_response

MOST_RECEIPTS = 200
VERIFIER = Path(export.__file__).with_name("verify_taxbridge.py")
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


def own_events_page(request: HttpRequest, audience: str) -> HttpResponse:
    """The actor's own events, newest first; ``audience`` is the name of its addresses' room."""
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
        "download_url": _address(f"{audience}:events_download", before=before, about=about),
        "older_url": ""
        if page.older_before is None
        else _address(f"{audience}:events", before=page.older_before, about=about),
        "newest_url": "" if before is None else _address(f"{audience}:events", about=about),
        "most": MOST_RECEIPTS,
    }
    return render(request, "components/own_events.html", context)


def own_receipt(request: HttpRequest, seq: int) -> HttpResponse:
    """The receipt of one of them; 404 for another's."""
    return receipt_response(receipt_to_give(own_event(actor_of(request), seq)))


def own_events_download(request: HttpRequest) -> HttpResponse:
    """Up to MOST_RECEIPTS of them as an archive that needs nothing of ours to be checked.

    Refuses (RuleBroken) where the ledger's rows are no longer those that were signed.
    """
    actor = actor_of(request)
    before, about = _where(request)
    entries = own_events(actor, before=before, about=about, size=MOST_RECEIPTS).entries
    archive = _archive(entries)
    note_activity(
        actor,
        Activity.EXPORTED,
        subject="ledger:own",
        detail={"entries": len(entries)},
        address=request.META.get("REMOTE_ADDR", ""),
    )
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="taxbridge-events.zip"'
    return response


def _archive(entries: tuple[Entry, ...]) -> bytes:
    """Receipts, policy, verifier and a note on how to use them; bounded, so held in memory."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", read_me())
        archive.writestr("policy", policy_text(policy()))
        archive.write(VERIFIER, "verify_taxbridge.py")
        for receipt in _receipts(entries):
            archive.writestr(f"receipts/{file_name(receipt)}", receipt.text())
    return file.getvalue()


def _receipts(entries: tuple[Entry, ...]) -> Iterator[Receipt]:
    """Of those that are signed; refuses (RuleBroken) to leave one out that can't be proven."""
    for entry in entries:
        receipt = receipt_if_signed(entry)
        if receipt is not None:
            yield receipt


def _where(request: HttpRequest) -> tuple[int | None, str]:
    form = Where(request.GET)
    form.is_valid()
    return form.cleaned_data.get("before"), form.cleaned_data.get("about", "")


def _address(name: str, **chosen: Any) -> str:
    asked = {key: value for key, value in chosen.items() if value not in (None, "")}
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)
