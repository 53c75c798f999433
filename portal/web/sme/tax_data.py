"""What was fetched of the firm's tax data: sources, freshness, gaps with their cause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.core.months import Month
from portal.oversight.complaint_models import ComplaintAbout
from portal.oversight.complaints import waiting_about
from portal.taxdata.models import FAILURES, ImportStatus
from portal.taxdata.queries import ImportView, imports_visible_to
from portal.web.access import actor_of, audience
from portal.web.formats import month_text
from portal.web.paging import page_links, place_in
from portal.web.templatetags.lending import category_words

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_STATES: dict[ImportStatus, tuple[str, StrPromise]] = {
    ImportStatus.REQUESTED: ("info", gettext_lazy("Being fetched")),
    ImportStatus.RECEIVING: ("info", gettext_lazy("Being received")),
    ImportStatus.STORED: ("done", gettext_lazy("Fetched")),
    ImportStatus.UNAVAILABLE: ("neutral", gettext_lazy("Not offered by the tax authority")),
    ImportStatus.REFUSED: ("refused", gettext_lazy("Refused by the tax authority")),
    ImportStatus.TIMED_OUT: ("refused", gettext_lazy("The tax authority did not answer in time")),
    ImportStatus.FAILED: ("refused", gettext_lazy("Not fetched")),
}
_CAUSES: dict[str, StrPromise] = {
    "not_filed": gettext_lazy("nothing was filed"),
    "not_covered": gettext_lazy("not covered by your consent"),
    "not_confirmed_yet": gettext_lazy(
        "later than the last month that the tax authority has confirmed"
    ),
    "provider_omitted": gettext_lazy("left out by the tax authority, which gives no reason"),
}
_LATER = "not_confirmed_yet"
_OTHER_CAUSE = gettext_lazy("no records came, and the tax authority gives no reason")
_PROBLEM = gettext_lazy("The records could not be fetched. Nothing of this fetch was stored.")


@dataclass(frozen=True, slots=True)
class Source:
    """One fetch of one kind of data, in words."""

    fetched: ImportView
    category_words: str
    tone: str
    word: StrPromise
    problem: StrPromise | str
    gaps: tuple[tuple[str, StrPromise], ...]


@require_safe
@audience("firm")
def tax_data(request: HttpRequest) -> HttpResponse:
    """Sources, months, freshness and gaps, newest first."""
    actor = actor_of(request)
    found = imports_visible_to(actor, after=place_in(request))
    about = waiting_about(actor, {fetched.consent_id for fetched in found.rows})
    context = {
        "complaints": [one for one in about if one.about == ComplaintAbout.DATA],
        "may_complain": may(actor, Permission.COMPLAINT_FILE),
        "imports": [_source(fetched) for fetched in found.rows],
        "links": page_links(request, found),
    }
    return render(request, "sme/tax_data.html", context)


def _source(fetched: ImportView) -> Source:
    tone, word = _STATES[fetched.status]
    return Source(
        fetched=fetched,
        category_words=category_words([fetched.category]),
        tone=tone,
        word=word,
        problem=_PROBLEM if fetched.status in FAILURES else "",
        gaps=_gaps(fetched),
    )


def _gaps(fetched: ImportView) -> tuple[tuple[str, StrPromise], ...]:
    """Months by cause; runs of months are written as from–to."""
    by_cause: dict[str, list[Month]] = defaultdict(list)
    end = fetched.as_of_month
    for month, cause in fetched.gaps.items():
        is_later = end is not None and month > end
        by_cause[_LATER if is_later else cause].append(month)
    return tuple(
        (_spans(months), _CAUSES.get(cause, _OTHER_CAUSE)) for cause, months in by_cause.items()
    )


def _spans(months: list[Month]) -> str:
    spans: list[list[Month]] = []
    for month in sorted(months):
        if spans and spans[-1][-1] + 1 == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return _(", ").join(_span(span) for span in spans)


def _span(span: list[Month]) -> str:
    if len(span) == 1:
        return month_text(span[0])
    return _("%(first)s to %(last)s") % {
        "first": month_text(span[0]),
        "last": month_text(span[-1]),
    }
