"""Complaints about something that the bank was part of; the operator answers them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.oversight.complaint_models import ComplaintAbout
from portal.oversight.complaints import ComplaintFilter, Show, complaint_for, complaints_for
from portal.web.access import actor_of, audience
from portal.web.complaint_words import ComplaintLine
from portal.web.paging import page_links, place_in


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
    """What the firm says, how long is left, and the operator's answer."""
    complaint = complaint_for(actor_of(request), complaint_id)
    context = {
        "complaint": complaint,
        "line": ComplaintLine.of(complaint, timezone.now()),
        "case_id": complaint.subject_id if complaint.about == ComplaintAbout.DECISION else None,
    }
    return render(request, "bank/complaint.html", context)
