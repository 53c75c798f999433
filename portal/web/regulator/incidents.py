"""Incidents: the list with its clocks, one of them, its report and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ledger.queries import entry
from portal.accounts.permissions import Permission, may, require
from portal.accounts.queries import names_of
from portal.core.actor import OrganisationKind
from portal.oversight.close_incident import close_incident
from portal.oversight.incidents import incident_for, incidents_for
from portal.oversight.models import NOTE_LIMIT, Cause, Incident, Status
from portal.oversight.report_incident import report_incident
from portal.oversight.transitions import check_move
from portal.web.access import actor_of, audience
from portal.web.incident_words import STATUS_NAMES, clock, detail_words, group, meaning, title
from portal.web.paging import page_links, place_in

OVERSEERS = ("regulator", "operator")
# What comes next, asked of whoever does it.
QUESTIONS = {
    Status.OPEN: _("Where was it reported, when, and under which number?"),
    Status.REPORTED: _("What was the cause, and why may the ledger be relied on again?"),
}
# Causes whose place is an entry; of the others it is a size.
OF_AN_ENTRY = frozenset({Cause.LEDGER_CHECK, Cause.ENTRY, Cause.PROOF, Cause.RECEIPT})


class NoteForm(forms.Form):
    """What a person says of an incident; ``label`` asks for it."""

    note = forms.CharField(
        help_text=_("Up to 2,000 characters. It can't be changed afterwards."),
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write at least one sentence.")},
    )

    def __init__(self, data: QueryDict | None, *, status: str) -> None:
        super().__init__(data)
        self.fields["note"].label = QUESTIONS.get(Status(status), "")


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in words, at this moment."""

    incident: Incident
    title: str
    clock: str
    status: str
    group: str

    @classmethod
    def of(cls, incident: Incident, now: datetime) -> Line:
        """The line of an incident."""
        status = str(STATUS_NAMES[Status(incident.status)])
        return cls(incident, title(incident), clock(incident, now), status, group(incident))


@never_cache
@require_safe
@audience(*OVERSEERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Every incident, newest first, each with its clock."""
    found = incidents_for(actor_of(request), after=place_in(request))
    now = timezone.now()
    context = {
        "lines": [Line.of(incident, now) for incident in found.rows],
        "links": page_links(request, found),
    }
    return render(request, "regulator/incidents.html", context)


@never_cache
@require_safe
@audience(*OVERSEERS)
def detail(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One incident: what was seen, what it means, what people did about it, and the next step."""
    return _page(request, incident_for(actor_of(request), incident_id))


@require_POST
@audience(*OVERSEERS)
def report(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Put down that it was reported; the clock stops."""
    actor = actor_of(request)
    form = NoteForm(request.POST, status=Status.OPEN)
    if not form.is_valid():
        require(actor, Permission.INCIDENT_REPORT)
        return _asked_again(request, incident_id, form, Status.REPORTED)
    report_incident(actor, incident_id=incident_id, note=form.cleaned_data["note"])
    messages.success(request, gettext("The report is recorded. The clock has stopped."))
    return redirect("regulator:incident_detail", incident_id)


@require_POST
@audience(*OVERSEERS)
def close(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Close it, with what it was."""
    actor = actor_of(request)
    form = NoteForm(request.POST, status=Status.REPORTED)
    if not form.is_valid():
        require(actor, Permission.INCIDENT_CLOSE)
        return _asked_again(request, incident_id, form, Status.CLOSED)
    close_incident(actor, incident_id=incident_id, note=form.cleaned_data["note"])
    messages.success(request, gettext("The incident is closed."))
    return redirect("regulator:incidents")


def _asked_again(
    request: HttpRequest, incident_id: UUID, form: NoteForm, target: Status
) -> HttpResponse:
    """The page with what is wrong with the note; a step that is over needs no better note."""
    incident = incident_for(actor_of(request), incident_id)
    check_move(incident.status, target)
    return _page(request, incident, form)


def _has_entry_page(incident: Incident) -> bool:
    """Not where the place is a size, nor where the entry is what is missing."""
    if incident.place is None or incident.cause not in OF_AN_ENTRY:
        return False
    return entry(incident.place) is not None


def _page(request: HttpRequest, incident: Incident, form: NoteForm | None = None) -> HttpResponse:
    actor, status = actor_of(request), incident.status
    people = (incident.reported_by, incident.closed_by)
    names = names_of(person for person in people if person is not None)
    is_reader = actor.organisation_kind == OrganisationKind.REGULATOR  # the ledger's pages are its
    context = {
        "incident": incident,
        "line": Line.of(incident, timezone.now()),
        "meaning": meaning(incident),
        "detail": detail_words(incident.detail),
        "reported_by": names.get(incident.reported_by) if incident.reported_by else None,
        "closed_by": names.get(incident.closed_by) if incident.closed_by else None,
        "may_report": status == Status.OPEN and may(actor, Permission.INCIDENT_REPORT),
        "may_close": status == Status.REPORTED and may(actor, Permission.INCIDENT_CLOSE),
        "is_of_an_entry": incident.cause in OF_AN_ENTRY,
        "has_entry_page": is_reader and _has_entry_page(incident),
        "is_of_a_state": is_reader and incident.cause not in OF_AN_ENTRY,
        "form": form or NoteForm(None, status=status),
    }
    return render(request, "regulator/incident.html", context, status=422 if form else 200)
