"""Disputes of scores: what waits for an answer, and the answer in writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.applications.bank_queries import BankEntry, bank_case_for, entries_for
from portal.applications.models import LoanApplication
from portal.oversight.complaints import waiting_about
from portal.web.access import actor_of, audience
from portal.web.answer_form import AnswerForm
from portal.web.dispute_words import OUTCOMES
from portal.web.paging import page_links, place_in
from portal.web.score_texts import explained
from scoring.answer_dispute import answer_dispute
from scoring.dispute_queries import dispute_for_bank, disputes_answered, disputes_to_answer
from scoring.models import Dispute, DisputeOutcome


@dataclass(frozen=True, slots=True)
class Line:
    """A dispute beside its case; ``band`` is empty unless the bank may see the disputed score."""

    dispute: Dispute
    application: LoanApplication
    band: str


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """The most urgent first; the first page ends with what was answered lately."""
    actor = actor_of(request)
    place = place_in(request)
    waiting = disputes_to_answer(actor, after=place)
    answered = disputes_answered(actor) if place is None else []
    cases = entries_for(actor, [one.application_id for one in (*waiting.rows, *answered)])
    context = {
        "waiting": _lines(waiting.rows, cases),
        "answered": _lines(answered, cases),
        "links": page_links(request, waiting),
        "now": timezone.now(),
    }
    return render(request, "bank/disputes.html", context)


@audience("bank")
def answer(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute with what may be seen of its score; while it is open, the form to answer it."""
    actor = actor_of(request)
    dispute = dispute_for_bank(actor, dispute_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, outcomes=OUTCOMES)
    if request.method == "POST" and form.is_valid():
        answer_dispute(
            actor,
            dispute_id=dispute_id,
            outcome=DisputeOutcome(form.cleaned_data["outcome"]),
            answer=form.cleaned_data["answer"],
        )
        messages.success(request, _("Your answer is recorded, and the firm can read it."))
        return redirect("bank:disputes")
    case = bank_case_for(actor, dispute.application_id)
    is_shown = case.score is not None and case.score.id == dispute.score_id
    context = {
        "dispute": dispute,
        "case": case,
        "score": explained(case.score) if is_shown else None,
        "complaints": waiting_about(actor, [dispute.score_id]),
        "form": form,
        "now": timezone.now(),
    }
    return render(request, "bank/dispute_answer.html", context)


def _lines(disputes: Sequence[Dispute], cases: Mapping[UUID, BankEntry]) -> list[Line]:
    return [
        Line(dispute, cases[dispute.application_id].application, _band(dispute, cases))
        for dispute in disputes
    ]


def _band(dispute: Dispute, cases: Mapping[UUID, BankEntry]) -> str:
    score = cases[dispute.application_id].score
    return score.band if score is not None and score.id == dispute.score_id else ""
