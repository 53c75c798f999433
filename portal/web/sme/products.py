"""Products to compare, and the step into an application to one bank or to several."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.models import LoanApplication
from portal.applications.start_application import start_application
from portal.applications.start_funding import start_funding
from portal.products.queries import products_to_compare
from portal.web.access import actor_of, audience
from portal.web.paging import id_in, page_links
from portal.web.sme.funding_form import ChooseForm


@require_safe
@audience("firm")
def compare(request: HttpRequest) -> HttpResponse:
    """Every bank's products with one common example, cheapest first."""
    return _compared(request, ChooseForm())


@require_POST
@audience("firm")
def apply(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Open a draft, or go on with the one there is."""
    return _go_on(start_application(actor_of(request), product_id=product_id))


@require_POST
@audience("firm")
def choose(request: HttpRequest) -> HttpResponse:
    """One request for all that is ticked; what cannot be asked together is said above the list."""
    require(actor_of(request), Permission.APPLICATION_EDIT)
    form = ChooseForm(request.POST)
    if not form.is_valid():
        return _compared(request, form)
    return _go_on(start_funding(actor_of(request), product_ids=form.cleaned_data["product"])[0])


def _go_on(draft: LoanApplication) -> HttpResponse:
    if draft.amount_fen is not None:
        return redirect("sme:application_check", draft.id)
    return redirect("sme:question_amount", draft.id)


def _compared(request: HttpRequest, form: ChooseForm) -> HttpResponse:
    found = products_to_compare(after=id_in(request))
    context = {
        "offers": found.rows,
        "links": page_links(request, found),
        "form": form,
        "chosen": form.chosen(),
        "may_apply": may(actor_of(request), Permission.APPLICATION_EDIT),
    }
    return render(request, "sme/products.html", context)
