"""The firm's loans: what is due, what comes, what was paid; paying early; the statement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.permissions import Permission, may
from portal.core.errors import RuleBroken
from portal.servicing.queries import LoanView, loan_of_application, loan_view, loans_visible_to
from portal.servicing.repay_loan import repay_loan
from portal.servicing.repayment_rules import repayment_parts
from portal.servicing.transitions import FOR_FIRM
from portal.web.access import actor_of, audience
from portal.web.loan_page import loan_context, statement_file
from portal.web.loan_words import RAIL_WORDS
from portal.web.paging import page_links, place_in
from portal.web.sme.repayment_form import RepaymentForm


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    loans = loans_visible_to(actor_of(request), after=place_in(request))
    context = {
        "loans": [(one, FOR_FIRM[one.status]) for one in loans.rows],
        "links": page_links(request, loans),
    }
    return render(request, "sme/loans.html", context)


@require_safe
@audience("firm")
def of_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """From a message to the loan it is about."""
    return redirect("sme:loan", loan_of_application(actor_of(request), application_id))


@never_cache
@require_http_methods(["GET", "POST"])
@audience("firm")
def detail(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """One loan; posting an amount asks whether to pay it, and posting the answer pays it."""
    actor = actor_of(request)
    view = loan_view(actor, loan_id)
    form = RepaymentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _paid(request, view, form.cleaned_data["amount"])
        except RuleBroken as refusal:
            form.add_error("amount", refusal.message)
    context = {
        **loan_context(view, FOR_FIRM),
        "form": form,
        "may_pay": _may_pay(view) and may(actor, Permission.LOAN_REPAY),
    }
    status = 422 if form.errors else 200
    return render(request, "sme/loan.html", context, status=status)


@require_safe
@audience("firm")
def statement(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """The closing statement, the very bytes that its digest names."""
    return statement_file(loan_view(actor_of(request), loan_id))


def _paid(request: HttpRequest, view: LoanView, amount_fen: int) -> HttpResponse:
    """Money moves only on a yes to what the page said; refuses as `repay_loan`."""
    actor, loan_id = actor_of(request), view.loan.id
    if request.POST.get("sure") != "yes":
        parts = repayment_parts(actor, loan_id=loan_id, amount_fen=amount_fen)
        rail = RAIL_WORDS.get(view.loan.rail, view.loan.rail)
        context = {"view": view, "loan": view.loan, "amount": amount_fen, "parts": parts}
        return render(request, "sme/loan_pay.html", {**context, "rail": rail})
    repay_loan(actor, loan_id=loan_id, amount_fen=amount_fen)
    messages.success(request, _("The payment is on its way. It shows here once it is in."))
    return redirect("sme:loan", loan_id)


def _may_pay(view: LoanView) -> bool:
    return view.is_running and view.under_way is None
