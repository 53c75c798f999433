"""The bank's queue: a query bar with its filters in the address, and what nobody has looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.applications.bank_queries import CasePage, cases_for_bank
from portal.applications.case_filter import CLOCKED, CaseFilter
from portal.applications.desk import products_of
from portal.core.actor import Actor
from portal.web.access import actor_of, audience
from portal.web.bank.queue_form import QueueForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the queue, and where its next page is."""

    title: StrPromise
    page: CasePage
    next_url: str


@require_safe
@audience("bank")
def queue(request: HttpRequest) -> HttpResponse:
    """Undecided cases: those that nobody has looked at, then the others; all others in one list."""
    actor = actor_of(request)
    products = [(str(one.id), one.shown_name) for one in products_of(actor)]
    form = QueueForm(request.GET, products=products)
    wanted = form.wanted()
    sections = _sections(actor, wanted, request.GET)
    clocks = [entry.clock for section in sections for entry in section.page.entries]
    context = {
        "filter_form": form,
        "sections": sections,
        "is_narrowed": replace(wanted, looked=None, after=None) != CaseFilter(),
        "may_work": may(actor, Permission.CASE_WORK),
        "knows_holidays": all(clock.is_calendar_known for clock in clocks if clock is not None),
        "is_later_page": wanted.after is not None,
        "first_url": _first_page(request.GET),
    }
    return render(request, "bank/queue.html", context)


def _sections(actor: Actor, wanted: CaseFilter, asked: QueryDict) -> list[Section]:
    if wanted.show not in CLOCKED and wanted.looked is None:
        return [_section(actor, wanted, _("Cases found"), asked)]
    sides = {False: _("Not looked at yet"), True: _("Looked at")}
    return [
        _section(actor, replace(wanted, looked=looked), title, asked)
        for looked, title in sides.items()
        if wanted.looked in (None, looked)
    ]


def _section(actor: Actor, wanted: CaseFilter, title: StrPromise, asked: QueryDict) -> Section:
    page = cases_for_bank(actor, wanted)
    following = ""
    if page.after is not None:
        query = asked.copy()
        if wanted.looked is not None:
            query["looked"] = "yes" if wanted.looked else "no"
        query["after"] = f"{page.after[0].isoformat()}_{page.after[1]}"
        following = f"?{query.urlencode()}"
    return Section(title=title, page=page, next_url=following)


def _first_page(asked: QueryDict) -> str:
    query = asked.copy()
    for name in ("after", "looked"):
        query.pop(name, None)
    return f"?{query.urlencode()}"
