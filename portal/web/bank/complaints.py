"""Complaints about something that the bank was part of; the operator answers them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.oversight.complaint_models import TEXT_LIMIT, Complaint, ComplaintAbout
from portal.oversight.complaints import (
    ComplaintFilter,
    Show,
    check_waiting,
    complaint_for,
    complaints_for,
)
from portal.oversight.state_on_complaint import state_on_complaint
from portal.web.access import actor_of, audience
from portal.web.complaint_words import ComplaintLine
from portal.web.paging import page_links, place_in
from scoring.dispute_queries import disputes_of_score


class StatementForm(forms.Form):
    """The bank's side."""

    statement = forms.CharField(
        label=_("Your bank’s statement"),
        help_text=_(
            "Say what your bank did and why. The firm, the operator and the regulator read it. Up "
            "to 2,000 characters."
        ),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one sentence.")},
    )


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """All of them, newest first."""
    actor = actor_of(request)
    found = complaints_for(actor, ComplaintFilter(show=Show.ALL), after=place_in(request))
    now = timezone.now()
    context = {
        "lines": [ComplaintLine.of(complaint, now) for complaint in found.rows],
        "links": page_links(request, found),
    }
    return render(request, "bank/complaints.html", context)


@require_safe
@audience("bank")
def detail(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """What the firm says, how long is left, the bank's own side, and the operator's answer."""
    return _page(request, complaint_for(actor_of(request), complaint_id))


@require_POST
@audience("bank")
def state(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Say the bank's side, once; one that has ended says so, whatever was written."""
    actor = actor_of(request)
    require(actor, Permission.DISPUTE_ANSWER)
    complaint = complaint_for(actor, complaint_id)
    check_waiting(complaint)
    form = StatementForm(request.POST)
    if not form.is_valid():
        return _page(request, complaint, form)
    statement = form.cleaned_data["statement"]
    state_on_complaint(actor, complaint_id=complaint_id, statement=statement)
    messages.success(request, gettext("Your statement is recorded. Firm and operator can read it."))
    return redirect("bank:complaint", complaint_id)


def _page(
    request: HttpRequest, complaint: Complaint, form: StatementForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    is_about_score = complaint.about == ComplaintAbout.SCORE
    is_stated = bool(complaint.statement) or not complaint.is_waiting
    context = {
        "complaint": complaint,
        "line": ComplaintLine.of(complaint, timezone.now()),
        "case_id": complaint.subject_id if complaint.about == ComplaintAbout.DECISION else None,
        "disputes": disputes_of_score(actor, complaint.subject_id) if is_about_score else [],
        "may_state": not is_stated and may(actor, Permission.DISPUTE_ANSWER),
        "form": form or StatementForm(),
    }
    return render(request, "bank/complaint.html", context, status=422 if form else 200)
