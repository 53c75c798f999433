"""Who looked at the firm's tax data: every use and every refusal, to read and to take along."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger.standing import heads
from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, may
from portal.core.actor import Actor
from portal.oversight.look_complaints import complaints_about_looks
from portal.oversight.look_queries import Looks, LooksPage, looks_at
from portal.oversight.looks import Look
from portal.oversight.note_parties import note_parties
from portal.oversight.receipts import THIS_PAGE
from portal.web.access import actor_of, audience
from portal.web.csv_files import csv_response
from portal.web.sme.look_form import LookForm
from portal.web.sme.look_words import Line, file_heading, file_row, lines_of

_NOTHING = LooksPage((), None)


@never_cache
@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """Newest first, as the query bar asks; 404 for another firm's consent."""
    note_parties(THIS_PAGE)
    looks, form = _asked(request)
    page, base = _NOTHING, reverse("sme:looks")
    if form.is_valid():
        page = looks.page(form.wanted(), before=form.cleaned_data["before"])
    older = page.older_before
    context = {
        "form": form,
        "lines": _lines(actor_of(request), page.looks),
        "may_complain": may(actor_of(request), Permission.COMPLAINT_FILE),
        "older_url": "" if older is None else form.address(base, before=older),
        "newest_url": form.address(base) if request.GET.get("before") else "",
        "download_url": form.address(reverse("sme:looks_download")),
    }
    return render(request, "sme/looks.html", context)


@never_cache
@require_safe
@audience("firm")
def download(request: HttpRequest) -> HttpResponseBase:
    """All that fit the query as a table, however many; back to the page when it can't be read."""
    note_parties(THIS_PAGE)
    looks, form = _asked(request)
    if not form.is_valid():
        return redirect(form.address(reverse("sme:looks")))
    actor = actor_of(request)
    note_activity(
        actor,
        Activity.EXPORTED,
        subject="ledger:looks",
        address=request.META.get("REMOTE_ADDR", ""),
    )
    rows = _tables(actor, looks.all(form.wanted()), get_language() or "en")
    return csv_response("taxbridge-looks", rows)


def _asked(request: HttpRequest) -> tuple[Looks, LookForm]:
    looks = looks_at(actor_of(request), consent_id=_consent_id(request))
    return looks, LookForm(request.GET, given=looks.given)


def _consent_id(request: HttpRequest) -> UUID | None:
    """The consent that the address names; what is no number of one is the form's to refuse."""
    try:
        return UUID(request.GET.get("consent", ""))
    except ValueError:
        return None


def _lines(actor: Actor, looks: tuple[Look, ...]) -> list[Line]:
    return lines_of(looks, heads(), complaints_about_looks(actor, looks))


def _tables(
    actor: Actor, batches: Iterator[tuple[Look, ...]], language: str
) -> Iterator[list[list[str]]]:
    """The rows are made after the view has returned, and so outside the request's language."""
    with override(language):
        heading = [file_heading()]
    yield heading
    for looks in batches:
        with override(language):
            rows = [file_row(line) for line in _lines(actor, looks)]
        yield rows
