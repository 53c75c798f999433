"""One case: what the bank may see of it, and the decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.approval_models import Proposal
from portal.applications.bank_queries import BankCase, bank_case_for
from portal.applications.case_history import history_of
from portal.applications.decide_application import decide_application
from portal.applications.desk import documents_of, notes_of, questions_of
from portal.applications.limits import limits_of
from portal.applications.models import Decision
from portal.applications.offer_queries import made_offer, offerable
from portal.applications.open_case import open_case
from portal.applications.transitions import Status
from portal.consents.acknowledge_end import acknowledge_end
from portal.consents.confirmations import unconfirmed
from portal.core.actor import Actor
from portal.oversight.complaints import waiting_about
from portal.products.reason_codes import Outcome
from portal.products.repayment import percent
from portal.web.access import actor_of, audience
from portal.web.bank.approving import approval_of
from portal.web.bank.forms import DecisionForm
from portal.web.bank.invoices import invoices_of_case
from portal.web.bank.policy_said import policy_said
from portal.web.score_texts import explained
from portal.web.signal_words import worded_signals
from scoring.dispute_queries import disputes_of_score
from scoring.models import Dispute


@require_safe
@audience("bank")
def detail(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The whole case on one page; opening it is written down."""
    actor = actor_of(request)
    open_case(actor, application_id=application_id, address=request.META.get("REMOTE_ADDR", ""))
    case = bank_case_for(actor, application_id)
    if case.consent is not None and case.consent.awaits_acknowledgement:
        acknowledge_end(actor, consent_id=case.consent.id)
    context = {
        "case": case,
        "unconfirmed": unconfirmed(case.consent.id) if case.consent is not None else None,
        "application": case.application,
        "rate": percent(case.application.product.annual_rate_bp),
        "score": explained(case.score),
        "signals": worded_signals(case.score.signals if case.score is not None else None),
        "disputes": _disputes(actor, case),
        "complaints": waiting_about(actor, _complained_of(case)),
        "history": history_of(actor, case),
        "policy": policy_said(case.policy),
        "offer": made_offer(case),
        "may_sign": case.status is Status.ACCEPTED and may(actor, Permission.APPLICATION_DECIDE),
        "may_note": may(actor, Permission.APPLICATION_DECIDE),
        "invoices": invoices_of_case(case),
        "notes": notes_of(actor, application_id),
        "questions": questions_of(actor, application_id),
        "documents": documents_of(actor, application_id),
        "actor": actor,
        "may_lead": may(actor, Permission.TEAM_LEAD),
        "may_decide": case.may_be_decided and may(actor, Permission.APPLICATION_DECIDE),
        **approval_of(actor, case),
    }
    return render(request, "bank/case_detail.html", context)


@audience("bank")
def decide(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Approve or decline, with reasons from the closed list."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_DECIDE)
    case = bank_case_for(actor, application_id)
    bounds = offerable(case)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        offerable=bounds,
        has_score=case.has_score_to_rest_on,
    )
    if request.method == "POST" and form.is_valid():
        made = decide_application(
            actor,
            application_id=application_id,
            outcome=Outcome(form.cleaned_data["outcome"]),
            reasons=form.cleaned_data["reasons"],
            note_to_firm=form.cleaned_data["note_to_firm"],
            terms=form.cleaned_data.get("terms"),
        )
        messages.success(request, _said(made))
        return redirect("bank:case_detail", application_id)
    if not case.may_be_decided:
        messages.info(request, _("The case has moved on: it cannot be decided now."))
        return redirect("bank:case_detail", application_id)
    context = {
        "case": case,
        "application": case.application,
        "score": explained(case.score),
        "disputes": _disputes(actor, case),
        "form": form,
        "bounds": bounds,
        "alone_fen": limits_of(case.application.bank_id, actor.person_id).alone_fen,
    }
    return render(request, "bank/case_decide.html", context)


def _said(made: Decision | Proposal) -> str:
    if isinstance(made, Proposal):
        return _("Your approval is proposed. It needs a second person, who has been told.")
    return _("Your decision is recorded, and the firm can see it.")


def _complained_of(case: BankCase) -> tuple[UUID | None, ...]:
    """What of a case a firm can complain of."""
    return (case.application.id, case.application.score_id, case.application.consent_id)


def _disputes(actor: Actor, case: BankCase) -> list[Dispute]:
    """Also while the score itself is hidden: a dispute has to be answered all the same."""
    score_id = case.application.score_id
    return disputes_of_score(actor, score_id) if score_id else []
