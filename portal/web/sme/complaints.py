"""The firm's complaints: made from the page of a thing, followed here, taken back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.core.errors import NotFound
from portal.oversight.complaint_models import TEXT_LIMIT, ComplaintAbout
from portal.oversight.complaint_things import bank_concerned
from portal.oversight.complaints import (
    ComplaintFilter,
    Show,
    complaint_for,
    complaints_for,
    waiting_about,
)
from portal.oversight.file_complaint import file_complaint
from portal.oversight.withdraw_complaint import withdraw_complaint
from portal.web.access import actor_of, audience
from portal.web.complaint_words import ABOUT, ComplaintLine
from portal.web.paging import id_in, page_links, place_in


class ComplaintForm(forms.Form):
    """The one question."""

    words = forms.CharField(
        label=_("What is not right?"),
        help_text=_(
            "Say what happened, and what would put it right. The operator, the regulator and the "
            "bank concerned read it. Up to 2,000 characters."
        ),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one sentence.")},
    )


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """All of the firm's complaints, newest first, and where to make one."""
    actor = actor_of(request)
    found = complaints_for(actor, ComplaintFilter(show=Show.ALL), after=place_in(request))
    now = timezone.now()
    context = {
        "lines": [ComplaintLine.of(complaint, now) for complaint in found.rows],
        "links": page_links(request, found),
        "may_complain": may(actor, Permission.COMPLAINT_FILE),
    }
    return render(request, "sme/complaints.html", context)


@audience("firm")
def file(request: HttpRequest, about: str, subject_id: UUID) -> HttpResponse:
    """The question, then the check of the answer, then sent; ``?look=`` names a look."""
    actor, kind = actor_of(request), _kind(about)
    require(actor, Permission.COMPLAINT_FILE)
    look = id_in(request, "look")
    bank_concerned(actor, about=kind, subject_id=subject_id, look=look)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    is_answered = request.method == "POST" and form.is_valid()
    if is_answered and "send" in request.POST:
        words = form.cleaned_data["words"]
        made = file_complaint(actor, about=kind, subject_id=subject_id, words=words, look=look)
        sent = gettext("Your complaint is sent. Its reference is %(reference)s.")
        messages.success(request, sent % {"reference": made.reference})
        return redirect("sme:complaint", made.id)
    waiting = [one for one in waiting_about(actor, [subject_id]) if one.about == kind]
    context = {
        "form": form,
        "about": ABOUT[kind],
        "waiting": next((one for one in waiting if one.look == look), None),
        "back_url": _address(kind, subject_id),
    }
    is_checked = is_answered and "change" not in request.POST
    page = "sme/complaint_check.html" if is_checked else "sme/complaint_file.html"
    return render(request, page, context)


@require_safe
@audience("firm")
def detail(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint, its clock, and the answer."""
    actor = actor_of(request)
    complaint = complaint_for(actor, complaint_id)
    context = {
        "complaint": complaint,
        "line": ComplaintLine.of(complaint, timezone.now()),
        "thing_url": _address(ComplaintAbout(complaint.about), complaint.subject_id),
        "may_withdraw": complaint.is_waiting and may(actor, Permission.COMPLAINT_FILE),
    }
    return render(request, "sme/complaint.html", context)


@require_POST
@audience("firm")
def withdraw(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Take it back; it stays on record."""
    withdraw_complaint(actor_of(request), complaint_id=complaint_id)
    messages.success(request, gettext("You took the complaint back."))
    return redirect("sme:complaint", complaint_id)


def _kind(about: str) -> ComplaintAbout:
    if about not in ComplaintAbout.values:
        raise NotFound(code="nothing_to_complain_of")
    return ComplaintAbout(about)


def _address(about: ComplaintAbout, subject_id: UUID) -> str:
    """Where the firm sees the thing."""
    match about:
        case ComplaintAbout.SCORE:
            return reverse("sme:score")
        case ComplaintAbout.DECISION:
            return reverse("sme:application_detail", args=[subject_id])
        case ComplaintAbout.DATA:
            return reverse("sme:tax_data")
        case ComplaintAbout.CONSENT | ComplaintAbout.LOOK:
            return reverse("sme:consent_detail", args=[subject_id])
