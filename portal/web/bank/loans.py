"""A bank's loans: how they run, who is late, and what could not be paid out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may
from portal.servicing.arrears import Arrears
from portal.servicing.ask_order_again import ask_order_again
from portal.servicing.give_up_loan import give_up_loan
from portal.servicing.queries import loan_of_application, loan_view, loans_visible_to
from portal.servicing.retry_disbursement import retry_disbursement
from portal.servicing.transitions import FOR_BANK, LoanStatus
from portal.web.access import actor_of, audience
from portal.web.bank.loan_form import LoanFilterForm
from portal.web.loan_page import loan_context, statement_file
from portal.web.loan_words import ARREARS_WORDS
from portal.web.paging import page_links, place_in


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """The newest first, of one state where it is chosen."""
    form = LoanFilterForm(request.GET)
    loans = loans_visible_to(actor_of(request), status=form.wanted(), after=place_in(request))
    rows = [
        (one, FOR_BANK[one.status], ARREARS_WORDS[Arrears(one.loan.arrears)]) for one in loans.rows
    ]
    context = {"form": form, "loans": rows, "links": page_links(request, loans)}
    return render(request, "bank/loans.html", context)


@require_safe
@audience("bank")
def of_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """From a message or a case to its loan."""
    return redirect("bank:loan", loan_of_application(actor_of(request), application_id))


@never_cache
@require_safe
@audience("bank")
def detail(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """One loan with every order that moved its money, or didn't."""
    actor = actor_of(request)
    view = loan_view(actor, loan_id)
    context = {
        **loan_context(view, FOR_BANK),
        "may_retry": view.status == LoanStatus.DISBURSEMENT_FAILED
        and may(actor, Permission.LOAN_DISBURSE),
        "may_ask_again": view.is_stopped and may(actor, Permission.LOAN_DISBURSE),
    }
    return render(request, "bank/loan.html", context)


@require_POST
@audience("bank")
def retry(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Have the money sent once more."""
    retry_disbursement(actor_of(request), loan_id=loan_id)
    messages.success(request, _("The money is sent once more."))
    return redirect("bank:loan", loan_id)


@require_POST
@audience("bank")
def give_up(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Close a loan of which no money moved."""
    give_up_loan(actor_of(request), loan_id=loan_id)
    messages.success(request, _("The loan is closed. The firm has been told."))
    return redirect("bank:loan", loan_id)


@require_POST
@audience("bank")
def ask_again(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Have a stopped order looked up once more."""
    ask_order_again(actor_of(request), loan_id=loan_id)
    messages.success(request, _("The order is looked up again."))
    return redirect("bank:loan", loan_id)


@require_safe
@audience("bank")
def statement(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """The closing statement, the very bytes that its digest names."""
    return statement_file(loan_view(actor_of(request), loan_id))
