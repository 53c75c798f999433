"""Who works on a case: take the next one, take or give one, put it back; notes for colleagues."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.add_note import add_note
from portal.applications.ask_question import ask_question
from portal.applications.assign_case import assign_case
from portal.applications.bank_queries import bank_case_for
from portal.applications.desk import desk_of, officers_of, team_load
from portal.applications.release_case import release_case
from portal.applications.set_working_days import set_working_days
from portal.applications.take_next_case import take_next_case
from portal.web.access import actor_of, audience
from portal.web.bank.desk_forms import AskForm, AssignForm, NoteForm, WorkingDaysForm
from portal.web.documents import served

CASE = "bank:case_detail"
LIMITS = ("working_days", "review_days")


@require_POST
@audience("bank")
def take_next(request: HttpRequest) -> HttpResponse:
    """The most urgent case that nobody has, opened."""
    case = take_next_case(actor_of(request))
    if case is None:
        messages.info(
            request, _("No case waits for a decision that somebody does not already have.")
        )
        return redirect("bank:queue")
    return redirect(CASE, case.id)


@require_POST
@audience("bank")
def take(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """A case of one's choice, for oneself."""
    actor = actor_of(request)
    assign_case(actor, application_id=application_id, officer_id=actor.person_id)
    messages.success(request, _("The case is yours."))
    return redirect(CASE, application_id)


@audience("bank")
def assign(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """A case for one of the team."""
    actor = actor_of(request)
    require(actor, Permission.TEAM_LEAD)
    case = bank_case_for(actor, application_id)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        officers=officers_of(case.application.bank_id),
        initial={"officer": str(case.application.assigned_to_id or "")},
    )
    if request.method == "POST" and form.is_valid():
        officer_id = UUID(form.cleaned_data["officer"])
        assign_case(actor, application_id=application_id, officer_id=officer_id)
        messages.success(request, _("The case is assigned."))
        return redirect(CASE, application_id)
    context = {"form": form, "application": case.application}
    return render(request, "bank/case_assign.html", context)


@require_POST
@audience("bank")
def release(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Back to the queue."""
    release_case(actor_of(request), application_id=application_id)
    messages.success(request, _("The case is back in the queue, for anybody to take."))
    return redirect(CASE, application_id)


@audience("bank")
def note(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """A remark for the colleagues."""
    actor = actor_of(request)
    case = bank_case_for(actor, application_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        add_note(actor, application_id=application_id, text=form.cleaned_data["text"])
        messages.success(request, _("Your note is kept."))
        return redirect(CASE, application_id)
    context = {"form": form, "application": case.application}
    return render(request, "bank/case_note.html", context)


@audience("bank")
def ask(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """A question to the firm; the case waits for the answer."""
    actor = actor_of(request)
    case = bank_case_for(actor, application_id)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_question(actor, application_id=application_id, text=form.cleaned_data["text"])
        messages.success(request, _("Your question is with the firm. The time limit stands still."))
        return redirect(CASE, application_id)
    if not case.may_be_decided:
        messages.info(request, _("The case has moved on: nothing can be asked now."))
        return redirect(CASE, application_id)
    context = {"form": form, "application": case.application}
    return render(request, "bank/case_ask.html", context)


@require_safe
@audience("bank")
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document, to be saved; that somebody looked is written down."""
    return served(request, document_id)


@audience("bank")
def team(request: HttpRequest) -> HttpResponse:
    """Cases of each officer; the lead sets the bank's time limit."""
    actor = actor_of(request)
    load, bank_id = team_load(actor), actor.organisation_id
    limits = model_to_dict(desk_of(bank_id), LIMITS) if bank_id is not None else {}
    form = WorkingDaysForm(request.POST if request.method == "POST" else None, initial=limits)
    if request.method == "POST" and form.is_valid():
        set_working_days(actor, **form.cleaned_data)
        messages.success(request, _("The time limits are set for cases from now on."))
        return redirect("bank:team")
    context = {
        "load": load,
        **limits,
        "form": form,
        "may_lead": may(actor, Permission.TEAM_LEAD),
    }
    return render(request, "bank/team.html", context)
