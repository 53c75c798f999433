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
from portal.oversight.look_queries import Looks, LooksPage, looks_at
from portal.oversight.looks import LookFilter
from portal.oversight.note_parties import note_parties
from portal.oversight.receipts import THIS_PAGE
from portal.web.access import actor_of, audience
from portal.web.csv_files import csv_response
from portal.web.sme.look_form import LookForm
from portal.web.sme.look_words import file_heading, file_row, lines_of

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
        "lines": lines_of(page.looks, heads()),
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
    note_activity(
        actor_of(request),
        Activity.EXPORTED,
        subject="ledger:looks",
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return csv_response("taxbridge-looks", _tables(looks, form.wanted(), get_language() or "en"))


def _asked(request: HttpRequest) -> tuple[Looks, LookForm]:
    looks = looks_at(actor_of(request), consent_id=_consent_id(request))
    return looks, LookForm(request.GET, given=looks.given)


def _consent_id(request: HttpRequest) -> UUID | None:
    """The consent that the address names; what is no number of one is the form's to refuse."""
    try:
        return UUID(request.GET.get("consent", ""))
    except ValueError:
        return None


def _tables(looks: Looks, wanted: LookFilter, language: str) -> Iterator[list[list[str]]]:
    """The rows are made after the view has returned, and so outside the request's language."""
    with override(language):
        heading = [file_heading()]
    yield heading
    for found in looks.all(wanted):
        with override(language):
            rows = [file_row(line) for line in lines_of(found, heads())]
        yield rows
