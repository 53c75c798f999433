"""Complaints as the overseers see them: the queue, one of them, and the operator's answer."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.accounts.queries import names_of
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import Complaint, ComplaintOutcome, ComplaintStatus
from portal.oversight.complaints import (
    ComplaintFilter,
    Show,
    check_waiting,
    complaint_for,
    complaints_for,
)
from portal.oversight.take_complaint import take_complaint
from portal.web.access import actor_of, audience
from portal.web.answer_form import AnswerForm
from portal.web.complaint_words import ABOUT, OUTCOMES, ComplaintLine
from portal.web.paging import page_links, place_in
from portal.web.regulator.incidents import OVERSEERS

SHOWN = (
    (Show.WAITING.value, _("Waiting for an answer")),
    (Show.OPEN.value, _("Not taken yet")),
    (Show.IN_WORK.value, _("In work")),
    (Show.OVERDUE.value, _("Overdue")),
    (Show.ANSWERED.value, _("Answered")),
    (Show.WITHDRAWN.value, _("Taken back")),
    (Show.ALL.value, _("All complaints")),
)


class QueueForm(forms.Form):
    """The query bar. What cannot be read counts as not asked."""

    show = forms.ChoiceField(label=_("State"), choices=SHOWN, required=False)
    about = forms.ChoiceField(
        label=_("About"), choices=[("", _("Anything")), *ABOUT.items()], required=False
    )
    text = forms.CharField(
        label=_("Reference, or start of the firm's name"), max_length=60, required=False
    )

    def wanted(self) -> ComplaintFilter:
        """The filter that the address asks for."""
        self.is_valid()
        asked = self.cleaned_data
        return ComplaintFilter(
            show=Show(asked.get("show") or Show.WAITING),
            about=asked.get("about", ""),
            text=asked.get("text", "").strip(),
        )


@never_cache
@require_safe
@audience(*OVERSEERS)
def listed(request: HttpRequest) -> HttpResponse:
    """The queue: what is due first on top, unless something that has ended is asked for."""
    form = QueueForm(request.GET)
    found = complaints_for(actor_of(request), form.wanted(), after=place_in(request))
    now = timezone.now()
    context = {
        "filter_form": form,
        "is_narrowed": form.wanted() != ComplaintFilter(),
        "lines": [ComplaintLine.of(complaint, now) for complaint in found.rows],
        "links": page_links(request, found),
    }
    return render(request, "regulator/complaints.html", context)


@never_cache
@require_safe
@audience(*OVERSEERS)
def detail(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint in full; for the operator the next step."""
    return _page(request, complaint_for(actor_of(request), complaint_id))


@require_POST
@audience(*OVERSEERS)
def take(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Say that one is at work on it."""
    take_complaint(actor_of(request), complaint_id=complaint_id)
    messages.success(request, gettext("The complaint is yours. Answer it in writing."))
    return redirect("regulator:complaint", complaint_id)


@require_POST
@audience(*OVERSEERS)
def answer(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Answer it, once; one that has ended says so, whatever was written."""
    actor = actor_of(request)
    require(actor, Permission.COMPLAINT_ANSWER)
    complaint = complaint_for(actor, complaint_id)
    check_waiting(complaint)
    form = AnswerForm(request.POST, outcomes=OUTCOMES)
    if not form.is_valid():
        return _page(request, complaint, form)
    answer_complaint(
        actor,
        complaint_id=complaint_id,
        outcome=ComplaintOutcome(form.cleaned_data["outcome"]),
        answer=form.cleaned_data["answer"],
    )
    messages.success(request, gettext("Your answer is recorded, and the firm can read it."))
    return redirect("regulator:complaints")


def _page(
    request: HttpRequest, complaint: Complaint, form: AnswerForm | None = None
) -> HttpResponse:
    may_answer = complaint.is_waiting and may(actor_of(request), Permission.COMPLAINT_ANSWER)
    people = [one for one in (complaint.taken_by, complaint.ended_by) if one is not None]
    names = names_of(people)
    context = {
        "complaint": complaint,
        "line": ComplaintLine.of(complaint, timezone.now()),
        "taken_by": names.get(complaint.taken_by) if complaint.taken_by else None,
        "ended_by": names.get(complaint.ended_by) if complaint.ended_by else None,
        "may_take": may_answer and complaint.status == ComplaintStatus.OPEN,
        "may_answer": may_answer,
        "form": form or AnswerForm(outcomes=OUTCOMES),
    }
    return render(request, "regulator/complaint.html", context, status=422 if form else 200)
