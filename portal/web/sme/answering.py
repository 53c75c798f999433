"""The bank's question, and the firm's answer on one page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.answer_question import answer_question
from portal.applications.desk import questions_of
from portal.applications.queries import firm_case_for
from portal.web.access import actor_of, audience
from portal.web.sme.document_forms import AnswerForm
from portal.web.sme.documents import keep
from portal.web.uploads import tell_if_cut_off


@audience("firm")
def answer(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the open question and send the answer; without one, back to the application."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    case = firm_case_for(actor, application_id)
    form = AnswerForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    tell_if_cut_off(request, form)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["file"] and case.is_asked:
            keep(actor, application_id, form)
        answer_question(actor, application_id=application_id, text=form.cleaned_data["text"])
        messages.success(request, _("Your answer is with the bank, which goes on with your case."))
        return redirect("sme:application_detail", application_id)
    if not case.is_asked:
        return redirect("sme:application_detail", application_id)
    context = {
        "form": form,
        "application": case.application,
        "question": questions_of(actor, application_id)[-1],
    }
    return render(request, "sme/question_answer.html", context)
