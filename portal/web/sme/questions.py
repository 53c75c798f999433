"""The questions of an application, one a page; a changed answer leads back to the check page.

Where several banks are asked at once, one draft leads, and its answers are everybody's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.accounts.permissions import Permission, require
from portal.applications.funding_drafts import together
from portal.applications.models import LoanApplication
from portal.applications.update_terms import update_terms
from portal.core.money import yuan
from portal.web.access import actor_of, audience
from portal.web.sme.forms import AmountForm, QuestionForm, TermForm, UseForm

CHECK = "sme:application_check"


@dataclass(frozen=True, slots=True)
class Question:
    """A form, the answer it keeps, where Back and Continue lead, and what it starts with."""

    form: type[QuestionForm]
    field: str
    keeps: str
    before: str
    after: str
    known: Callable[[LoanApplication], Any]


_AMOUNT = Question(
    form=AmountForm,
    field="amount",
    keeps="amount_fen",
    before="sme:products",
    after="sme:question_term",
    known=lambda application: yuan(application.amount_fen) if application.amount_fen else "",
)
_TERM = Question(
    form=TermForm,
    field="term",
    keeps="term_months",
    before="sme:question_amount",
    after="sme:question_use",
    known=lambda application: application.term_months,
)
_USE = Question(
    form=UseForm,
    field="use",
    keeps="use_of_funds",
    before="sme:question_term",
    after="sme:question_consent",
    known=lambda application: application.use_of_funds,
)


@audience("firm")
def amount(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """How much."""
    return _ask(request, application_id, _AMOUNT)


@audience("firm")
def term(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Over how long."""
    return _ask(request, application_id, _TERM)


@audience("firm")
def use(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What for."""
    return _ask(request, application_id, _USE)


def _ask(request: HttpRequest, application_id: UUID, question: Question) -> HttpResponse:
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_EDIT)
    found = together(actor, application_id)
    application, terms = found.application, found.terms()
    if not application.is_firms_to_send:
        return redirect("sme:application_detail", application.id)
    initial = {question.field: question.known(application)}
    form = question.form(
        request.POST if request.method == "POST" else None,
        initial=initial,
        terms=terms,
    )
    if request.method == "POST" and form.is_valid():
        answer = {question.keeps: form.cleaned_data[question.field]}
        update_terms(actor, application_id=application.id, **answer)
        return redirect(_next(request, question), application.id)
    context = {
        "application": application,
        "asked": found.all,
        "terms": terms,
        "form": form,
        "field": form[question.field],
        "question": question.field,
        "back_url": _back(request, question, application),
    }
    return render(request, "sme/question.html", context)


def _is_change(request: HttpRequest) -> bool:
    return "change" in request.GET


def _next(request: HttpRequest, question: Question) -> str:
    return CHECK if _is_change(request) else question.after


def _back(request: HttpRequest, question: Question, application: LoanApplication) -> str:
    if _is_change(request):
        return reverse(CHECK, args=[application.id])
    if question.before == "sme:products":
        return reverse(question.before)
    return reverse(question.before, args=[application.id])
