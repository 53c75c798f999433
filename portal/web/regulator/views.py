"""The ledger explorer: every event in words, one entry in full, and whether the chain holds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ledger import queries
from ledger.check_words import check_sentence
from ledger.standing import heads, standing_of
from ledger.words import entry_sentence
from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, require
from portal.core.errors import NotFound
from portal.core.jobs import Job
from portal.jobs.queries import job_for
from portal.oversight.ask_ledger_check import ask_ledger_check
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident
from portal.oversight.receipts import THIS_PAGE, receipt_to_give
from portal.web.access import actor_of, audience
from portal.web.receipt_files import receipt_response
from portal.web.regulator import entries
from portal.web.regulator.forms import LedgerQuery
from portal.web.regulator.proof import proof_context
from portal.web.templatetags.tb import poll_delay_ms

LEDGER = "ledger:main"
PAGE_SIZE = 25


@never_cache
@require_safe
@audience("regulator")
def ledger(request: HttpRequest) -> HttpResponse:
    """Entries newest first, by kind, reference and day; a number or code leads to its entry."""
    require(actor_of(request), Permission.LEDGER_READ)
    form = LedgerQuery(request.GET)
    if not form.is_valid():
        return render(request, "regulator/ledger.html", {"form": form, **_chain()}, status=422)
    if address := form.entry_address():
        return redirect(address)
    page = queries.entries_page(**form.conditions(), size=PAGE_SIZE)
    chain_context, older = _chain(), page.older_before
    context = {
        "form": form,
        "lines": entries.lines(page.entries, chain_context["check"], heads()),
        "older_url": "" if older is None else form.address(before=older),
        "newest_url": form.address(before=None) if form.cleaned_data["before"] is not None else "",
        "is_filtered": form.is_filtered,
    }
    return render(request, "regulator/ledger.html", {**context, **chain_context})


@never_cache
@require_safe
@audience("regulator")
def chain(request: HttpRequest) -> HttpResponse:
    """Only the panel with the verdict, for a page that waits for a check."""
    require(actor_of(request), Permission.LEDGER_READ)
    asked = request.GET.get("n", "")
    polls = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return render(request, "regulator/chain.html", _chain(polls))


@require_POST
@audience("regulator")
def check(request: HttpRequest) -> HttpResponse:
    """Ask for every entry to be hashed again; the verdict appears on the ledger's page."""
    actor = actor_of(request)
    ask_ledger_check(actor)
    address = request.META.get("REMOTE_ADDR", "")
    note_activity(actor, Activity.LEDGER_CHECKED, subject=LEDGER, address=address)
    messages.info(request, _("The check was started. Its verdict will show below."))
    return redirect("regulator:ledger")


@never_cache
@require_safe
@audience("regulator")
def entry_detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry: in words, what it means, its figures, its hashes, and last its bytes.

    An entry that doesn't hold opens an incident at once.
    """
    require(actor_of(request), Permission.LEDGER_READ)
    view = queries.entry(seq)
    if view is None:
        raise NotFound
    entry = view.entry
    if not view.verdict.ok:
        open_incident(THIS_PAGE, cause=Cause.ENTRY, place=seq)
    context = {
        **proof_context(entry),
        "standing": standing_of(seq),
        "code_asked": request.GET.get("code", ""),
        "view": view,
        "entry": entry,
        "name": entries.kind_name(entry),
        "sentence": entry_sentence(entry),
        "meaning": entries.meaning(entry),
        "facts": list(entries.facts(entry)),
        "actor_name": entries.reference_name(entry.actor),
        "subject_name": entries.reference_name(entry.subject),
    }
    return render(request, "regulator/entry.html", context)


def _chain(polls: int = 0) -> dict[str, Any]:
    """The panel's context: the latest verdict, and whether another check is under way."""
    latest, newest = queries.latest_check(), queries.newest()
    job = job_for(LEDGER, Job.CHECK_LEDGER)
    size = newest.seq + 1 if newest else 0
    return {
        "check": latest,
        "full_check": queries.latest_full_check() if latest and latest.from_seq else None,
        "verdict": check_sentence(latest) if latest else "",
        "added_since": max(size - latest.entries, 0) if latest and latest.ok else 0,
        "pending": queries.pending_count(),
        "is_checking": job is not None and job.is_open,
        "poll_url": f"{reverse('regulator:chain')}?n={polls + 1}",
        "delay_ms": poll_delay_ms(polls),
    }


@require_safe
@audience("regulator")
def receipt(request: HttpRequest, seq: int) -> HttpResponse:
    """The entry's receipt as a file."""
    require(actor_of(request), Permission.LEDGER_READ)
    view = queries.entry(seq)
    if view is None:
        raise NotFound
    return receipt_response(receipt_to_give(view.entry))
