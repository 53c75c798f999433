"""Requests for records: the regulator's queue, asking, the second person's decision, the file."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.accounts.queries import names_of
from portal.accounts.step_up import is_fresh
from portal.core.actor import OrganisationKind
from portal.disclosure.approve_disclosure import approve_disclosure
from portal.disclosure.deciding import may_decide
from portal.disclosure.disclosures import (
    Show,
    counts_by_status,
    disclosure_for,
    disclosures_for,
)
from portal.disclosure.download_export import download_export
from portal.disclosure.exports import may_download
from portal.disclosure.models import Disclosure
from portal.disclosure.refuse_disclosure import refuse_disclosure
from portal.disclosure.request_records import request_records
from portal.web.access import actor_of, audience
from portal.web.disclosure_words import DisclosureLine
from portal.web.paging import page_links, place_in
from portal.web.regulator.disclosure_forms import RefusalForm, RequestForm
from portal.web.regulator.incidents import OVERSEERS

SHOWN = (
    (Show.ALL.value, _("All requests")),
    (Show.WAITING.value, _("Waiting for a second person")),
    (Show.APPROVED.value, _("Approved")),
    (Show.REFUSED.value, _("Refused")),
    (Show.LAPSED.value, _("Lapsed")),
)


class QueueForm(forms.Form):
    """The query bar. What cannot be read counts as not asked."""

    show = forms.ChoiceField(label=_("State"), choices=SHOWN, required=False)

    def wanted(self) -> Show:
        """The state that the address asks for."""
        self.is_valid()
        return Show(self.cleaned_data.get("show") or Show.ALL)


@never_cache
@require_safe
@audience(*OVERSEERS)
def listed(request: HttpRequest) -> HttpResponse:
    """The regulator's own; to the operator only how many there are."""
    actor, form = actor_of(request), QueueForm(request.GET)
    if actor.organisation_kind is OrganisationKind.OPERATOR:
        counts = counts_by_status()
        lines = [(words, counts[show]) for show, words in SHOWN if show in counts]
        return render(request, "regulator/disclosure_counts.html", {"counts": lines})
    found = disclosures_for(actor, show=form.wanted(), after=place_in(request))
    context = {
        "filter_form": form,
        "is_narrowed": form.wanted() is not Show.ALL,
        "lines": [DisclosureLine.of(one) for one in found.rows],
        "links": page_links(request, found),
        "may_ask": may(actor, Permission.ACTIVITY_VIEW),
    }
    return render(request, "regulator/disclosures.html", context)


@never_cache
@audience("regulator")
def ask(request: HttpRequest) -> HttpResponse:
    """The questions, then the check of the answers, then sent."""
    actor = actor_of(request)
    require(actor, Permission.ACTIVITY_VIEW)
    is_sent = request.method == "POST"
    form = RequestForm(request.POST if is_sent else None)
    is_answered = is_sent and form.is_valid()
    if is_answered and "send" in request.POST:
        request_id = form.cleaned_data["request_id"]
        made = request_records(actor, request_id=request_id, terms=form.terms())
        sent = gettext("Your request is sent. Its reference is %(reference)s.")
        messages.success(request, sent % {"reference": made.reference})
        return redirect("regulator:disclosure", made.id)
    if is_answered and "change" not in request.POST:
        context = {"form": form, "line": _preview(request, form), "found": form.found}
        return render(request, "regulator/disclosure_check.html", context)
    status = 422 if is_sent and form.errors else 200
    return render(request, "regulator/disclosure_ask.html", {"form": form}, status=status)


@never_cache
@require_safe
@audience("regulator")
def detail(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """One request in full, with the next step."""
    return _page(request, disclosure_for(actor_of(request), disclosure_id))


@require_POST
@audience("regulator")
def approve(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """A second person says yes."""
    approve_disclosure(actor_of(request), disclosure_id=disclosure_id)
    messages.success(request, gettext("Approved. The records are being put together."))
    return redirect("regulator:disclosure", disclosure_id)


@require_POST
@audience("regulator")
def refuse(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """A second person says no, and why."""
    actor, form = actor_of(request), RefusalForm(request.POST)
    disclosure = disclosure_for(actor, disclosure_id)
    if not form.is_valid() and may_decide(actor, disclosure):
        return _page(request, disclosure, form)
    words = form.cleaned_data.get("words", "")
    refuse_disclosure(actor, disclosure_id=disclosure_id, words=words)
    messages.success(request, gettext("Refused. The one who asked can read why."))
    return redirect("regulator:disclosure", disclosure_id)


@require_POST
@audience("regulator")
def file(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """The file; a press, so that no link fetches it unseen."""
    actor = actor_of(request)
    content = download_export(actor, disclosure_id=disclosure_id)
    reference = disclosure_for(actor, disclosure_id).reference
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="taxbridge-records-{reference}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _preview(request: HttpRequest, form: RequestForm) -> DisclosureLine:
    """The answers as the page of the request will show them."""
    actor, terms = actor_of(request), form.terms()
    return DisclosureLine.of(
        Disclosure(
            organisation_id=str(actor.organisation_id),
            what=terms.what,
            basis=terms.basis,
            tell_reason=terms.tell_reason or "",
        )
    )


def _page(
    request: HttpRequest, disclosure: Disclosure, form: RefusalForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    people = [one for one in (disclosure.asked_by, disclosure.decided_by) if one is not None]
    names = names_of(people)
    context = {
        "disclosure": disclosure,
        "line": DisclosureLine.of(disclosure),
        "asked_by": names.get(disclosure.asked_by),
        "decided_by": names.get(disclosure.decided_by) if disclosure.decided_by else None,
        "may_decide": may_decide(actor, disclosure),
        "may_download": may_download(actor, disclosure),
        "is_fresh": is_fresh(actor),
        "form": form or RefusalForm(),
    }
    return render(request, "regulator/disclosure.html", context, status=422 if form else 200)
