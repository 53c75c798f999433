"""The bank's queue: a query bar with its filters in the address, and what nobody has looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.applications.bank_queries import CaseFilter, CasePage, cases_for_bank
from portal.core.actor import Actor
from portal.web.access import actor_of, audience
from portal.web.bank.forms import QueueForm

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
    """Cases nobody has looked at, then the others; one of the two when the address says so."""
    form = QueueForm(request.GET)
    wanted = form.wanted()
    sections = _sections(actor_of(request), wanted, request.GET)
    context = {
        "filter_form": form,
        "sections": sections,
        "is_narrowed": bool(wanted.band or wanted.text or "show" in request.GET),
        "is_later_page": wanted.after is not None,
        "first_url": _first_page(request.GET),
    }
    return render(request, "bank/queue.html", context)


def _sections(actor: Actor, wanted: CaseFilter, asked: QueryDict) -> list[Section]:
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
        query["looked"] = "yes" if wanted.looked else "no"
        query["after"] = f"{page.after[0].isoformat()}_{page.after[1]}"
        following = f"?{query.urlencode()}"
    return Section(title=title, page=page, next_url=following)


def _first_page(asked: QueryDict) -> str:
    query = asked.copy()
    for name in ("after", "looked"):
        query.pop(name, None)
    return f"?{query.urlencode()}"
