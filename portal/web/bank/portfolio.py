"""The firms that let the bank watch over a loan: scored anew on request, and who got worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may
from portal.core.errors import NotFound
from portal.web.access import actor_of, audience
from portal.web.bank.portfolio_form import WarningForm
from portal.web.csv_files import csv_response
from portal.web.formats import is_chinese
from portal.web.paging import id_in, page_links, place_in
from portal.web.portfolio_words import ITEM_WORDS, fall_text, percent_text
from scoring.portfolio.models import ItemStatus
from scoring.portfolio.queries import RunView, run_for, runs_visible_to
from scoring.portfolio.start_rescoring import start_rescoring
from scoring.portfolio.warnings import Warned, all_warnings, warnings_for


@dataclass(frozen=True, slots=True)
class Line:
    """One warning in the words of the page."""

    firm: str
    warned: Warned
    risk: str
    risk_before: str
    falls: tuple[str, ...]


@require_safe
@audience("bank")
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every run, the newest first."""
    actor = actor_of(request)
    runs = runs_visible_to(actor, after=place_in(request))
    context = {
        "runs": runs.rows,
        "links": page_links(request, runs),
        "may_start": may(actor, Permission.PORTFOLIO_RESCORE),
    }
    return render(request, "bank/portfolio.html", context)


@require_POST
@audience("bank")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a run, or go to the one that is on."""
    actor = actor_of(request)
    if actor.organisation_id is None:
        raise NotFound(code="portfolio_missing")
    run = start_rescoring(actor, bank_id=actor.organisation_id)
    messages.success(request, _("The firms are being scored. You can leave this page."))
    return redirect("bank:portfolio_run", run.id)


@never_cache
@require_safe
@audience("bank")
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, and the firms that got worse."""
    actor, form = actor_of(request), WarningForm(request.GET)
    run = run_for(actor, run_id)
    warned = warnings_for(actor, run_id, form.wanted(), after=id_in(request))
    context = {
        **_progress(run),
        "form": form,
        "lines": [_line(one) for one in warned.rows],
        "links": page_links(request, warned),
    }
    return render(request, "bank/portfolio_run.html", context)


@never_cache
@require_safe
@audience("bank")
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The part of the page that renews itself; when the run is over the whole page does."""
    run = run_for(actor_of(request), run_id)
    answer = render(request, "bank/portfolio_progress.html", _progress(run))
    if run.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@require_safe
@audience("bank")
def download(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """All warnings of the list as it is narrowed, for a spreadsheet."""
    actor, form = actor_of(request), WarningForm(request.GET)
    found = all_warnings(actor, run_id, form.wanted())
    return csv_response(f"warnings-{run_id}", _tables(found))


def _progress(run: RunView) -> dict[str, object]:
    counted = [(ITEM_WORDS[status], run.counts.get(status, 0)) for status in _SETTLED]
    return {"run": run, "counted": counted}


_SETTLED = tuple(status for status in ItemStatus if status != ItemStatus.WAITING)


def _line(warned: Warned) -> Line:
    return Line(
        firm=warned.firm_name_zh if is_chinese() else warned.firm_name,
        warned=warned,
        risk=percent_text(warned.pd_ppm),
        risk_before=percent_text(warned.pd_before_ppm),
        falls=tuple(fall_text(feature, points) for feature, points in warned.falls),
    )


def _tables(found: Iterator[list[Warned]]) -> Iterator[list[list[str]]]:
    yield [
        [
            _("Firm"),
            _("Score"),
            _("Score before"),
            _("Band"),
            _("Band before"),
            _("Points lost"),
            _("Probability of default"),
            _("Probability before"),
            _("What cost most points"),
        ]
    ]
    for some in found:
        yield [_cells(_line(one)) for one in some]


def _cells(line: Line) -> list[str]:
    warned = line.warned
    return [
        line.firm,
        str(warned.value),
        str(warned.value_before),
        warned.band,
        warned.band_before,
        str(warned.points_lost),
        line.risk,
        line.risk_before,
        "; ".join(line.falls),
    ]
