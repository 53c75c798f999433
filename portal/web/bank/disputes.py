"""Disputes of scores: what waits for an answer, and the answer in writing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.web.access import actor_of, audience
from portal.web.bank.dispute_forms import AnswerForm
from scoring.answer_dispute import answer_dispute
from scoring.dispute_queries import dispute_for_bank, disputes_for_bank
from scoring.models import DisputeOutcome


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """The most urgent first, then what was answered lately."""
    context = {"disputes": disputes_for_bank(actor_of(request)), "now": timezone.now()}
    return render(request, "bank/disputes.html", context)


@audience("bank")
def answer(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute; while it is open, the form that answers it."""
    actor = actor_of(request)
    dispute = dispute_for_bank(actor, dispute_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer_dispute(
            actor,
            dispute_id=dispute_id,
            outcome=DisputeOutcome(form.cleaned_data["outcome"]),
            answer=form.cleaned_data["answer"],
        )
        messages.success(request, _("Your answer is recorded, and the firm can read it."))
        return redirect("bank:disputes")
    context = {"dispute": dispute, "form": form, "now": timezone.now()}
    return render(request, "bank/dispute_answer.html", context)
