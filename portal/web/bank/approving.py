"""The second of four eyes: what an officer proposes, looked at and answered by another person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.permissions import Permission, may, require
from portal.accounts.queries import names_of
from portal.applications import rules
from portal.applications.answer_proposal import answer_proposal
from portal.applications.approval_models import Answer, Proposal
from portal.applications.bank_queries import BankCase, bank_case_for
from portal.applications.limits import limits_of
from portal.core.actor import Actor
from portal.products.reason_codes import REASONS, Reason
from portal.web.access import actor_of, audience
from portal.web.score_texts import explained


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in words; ``answered_by`` is empty while it is open."""

    is_open: bool
    proposed_by: str
    proposed_at: datetime
    reasons: tuple[Reason, ...]
    terms: dict[str, Any]
    note_to_firm: str
    answered_by: str
    answered_at: datetime | None
    answer_note: str


class ProposalForm(forms.Form):
    """Approve, or send back with what to look at again."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (Answer.APPROVED.value, gettext_lazy("Approve")),
            (Answer.RETURNED.value, gettext_lazy("Send back to the officer")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether to approve or send back.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What to look at again, if you send it back"),
        help_text=gettext_lazy("Only your bank reads it. Up to 1,000 characters."),
        max_length=rules.NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("answer") == Answer.RETURNED and not str(cleaned.get("note", "")).strip():
            self.add_error("note", _("Say what the officer should look at again."))
        return cleaned


def approval_of(actor: Actor, case: BankCase) -> dict[str, object]:
    """What the page of a case shows of its proposal, for this person."""
    proposal = case.proposal
    if proposal is None or case.decision is not None or case.is_sealed:
        return {}
    if not proposal.answer and not case.awaits_approval:
        return {}  # left behind: the case was asked about, or sent again, since
    is_own = proposal.proposed_by == actor.person_id
    return {
        "proposal": _line(proposal),
        "is_own_proposal": is_own,
        "may_approve": case.awaits_approval
        and not is_own
        and may(actor, Permission.APPLICATION_APPROVE),
    }


@audience("bank")
def approve(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Approve as the second person, or send the case back."""
    actor = actor_of(request)
    case = bank_case_for(actor, application_id)
    require(actor, Permission.APPLICATION_APPROVE)
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = Answer(form.cleaned_data["answer"])
        answer_proposal(
            actor, application_id=application_id, answer=answer, note=form.cleaned_data["note"]
        )
        messages.success(request, _said(answer))
        return redirect("bank:case_detail", application_id)
    shown = approval_of(actor, case)
    if not shown.get("may_approve"):
        messages.info(request, _("There is no proposal here that you can approve now."))
        return redirect("bank:case_detail", application_id)
    context = {
        "case": case,
        "application": case.application,
        "score": explained(case.score),
        "form": form,
        "second_fen": limits_of(case.application.bank_id, actor.person_id).second_fen,
        **shown,
    }
    return render(request, "bank/case_approve.html", context)


def _said(answer: Answer) -> str:
    if answer is Answer.APPROVED:
        return _("The approval is recorded, and the firm can see it.")
    return _("The case is back with the officers.")


def _line(proposal: Proposal) -> ProposalLine:
    names = names_of(
        [one for one in (proposal.proposed_by, proposal.answered_by) if one is not None]
    )
    return ProposalLine(
        is_open=not proposal.answer,
        proposed_by=names.get(proposal.proposed_by, "–"),
        proposed_at=proposal.proposed_at,
        reasons=tuple(REASONS[code] for code in proposal.reasons),
        terms=proposal.terms | {"term_months": proposal.inputs["application"]["term_months"]},
        note_to_firm=proposal.note_to_firm,
        answered_by=names.get(proposal.answered_by, "–") if proposal.answered_by else "",
        answered_at=proposal.answered_at,
        answer_note=proposal.answer_note,
    )
