"""Who may use the firm's tax data, and who no longer may: every consent, by what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.consents.confirmations import unconfirmed_for
from portal.consents.dashboard import STANDING_GROUPS, Group, consents_in
from portal.consents.queries import ConsentView
from portal.consents.requests import AskView, requests_refused_by
from portal.core.actor import Actor
from portal.core.paging import PAGE_SIZE, Page
from portal.web.access import actor_of, audience
from portal.web.consent_filter import GROUP_NAMES, REFUSED, ConsentFilterForm
from portal.web.consent_words import ConsentLine, consent_lines
from portal.web.paging import page_links, place_in
from portal.web.sme.requests import waiting_requests

# What can be stopped is all on the first page: from there it takes one press.
_AT_HAND: Final = 100
_NEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Section:
    """One group: its lines, and where the rest of them is."""

    group: Group
    title: Any
    lines: Sequence[ConsentLine]
    more_url: str


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """What can be used first, then what is over, each group for itself; or one group in pages."""
    actor = actor_of(request)
    form = ConsentFilterForm(
        request.GET, text_label=_("Part of the bank’s name"), further=[(REFUSED, _("Not allowed"))]
    )
    pages = {group: _page(request, actor, form, group) for group in form.groups}
    refused = _refused(request, actor, form)
    context = {
        "form": form,
        "sections": _sections(request, pages, is_whole=form.shown in {"", "standing"}),
        "refused": refused.rows,
        "refused_url": _address(request, REFUSED) if refused.after and form.shown == "" else "",
        "links": _links(request, form, pages, refused),
        "may_stop": may(actor, Permission.CONSENT_STOP),
        "unconfirmed": unconfirmed_for(actor),
        "may_confirm": may(actor, Permission.CONSENT_CONFIRM),
        **waiting_requests(actor),
    }
    return render(request, "sme/consents.html", context)


def _page(
    request: HttpRequest, actor: Actor, form: ConsentFilterForm, group: Group
) -> Page[ConsentView]:
    """Of several groups each begins at its newest; one alone goes on where the address says."""
    is_alone = len(form.groups) == 1
    size = PAGE_SIZE if is_alone else _NEWEST
    return consents_in(
        actor,
        [group],
        wanted=form.wanted(),
        after=place_in(request) if is_alone else None,
        size=_AT_HAND if group in STANDING_GROUPS else size,
    )


def _refused(request: HttpRequest, actor: Actor, form: ConsentFilterForm) -> Page[AskView]:
    if form.shown == REFUSED:
        return requests_refused_by(actor, wanted=form.wanted(), after=place_in(request))
    if form.shown:
        return Page(rows=(), after=None)
    return requests_refused_by(actor, wanted=form.wanted(), size=_NEWEST)


def _sections(
    request: HttpRequest, pages: dict[Group, Page[ConsentView]], *, is_whole: bool
) -> list[Section]:
    """The groups that have anything; the lines of all of them take two queries together."""
    lines = iter(consent_lines([row for page in pages.values() for row in page.rows]))
    return [
        Section(
            group,
            GROUP_NAMES[group],
            list(islice(lines, len(page.rows))),
            _address(request, group.value) if page.after and is_whole else "",
        )
        for group, page in pages.items()
        if page.rows
    ]


def _links(
    request: HttpRequest,
    form: ConsentFilterForm,
    pages: dict[Group, Page[ConsentView]],
    refused: Page[AskView],
) -> dict[str, str]:
    if form.shown == REFUSED:
        return page_links(request, refused)
    if len(pages) == 1:
        (page,) = pages.values()
        return page_links(request, page)
    return {"first": "", "next": ""}


def _address(request: HttpRequest, shown: str) -> str:
    """The address of one group alone, narrowed as the page is now."""
    asked = request.GET.copy()
    asked.pop("after", None)
    asked["show"] = shown
    return f"?{asked.urlencode()}"
