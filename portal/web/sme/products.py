"""Products to compare, and the step into an application."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may
from portal.applications.start_application import start_application
from portal.products.queries import products_to_compare
from portal.web.access import actor_of, audience
from portal.web.paging import id_in, page_links


@require_safe
@audience("firm")
def compare(request: HttpRequest) -> HttpResponse:
    """Every bank's products with one common example, cheapest first."""
    found = products_to_compare(after=id_in(request))
    context = {
        "offers": found.rows,
        "links": page_links(request, found),
        "may_apply": may(actor_of(request), Permission.APPLICATION_EDIT),
    }
    return render(request, "sme/products.html", context)


@require_POST
@audience("firm")
def apply(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Open a draft, or go on with the one there is."""
    draft = start_application(actor_of(request), product_id=product_id)
    if draft.amount_fen is not None:
        return redirect("sme:application_check", draft.id)
    return redirect("sme:question_amount", draft.id)
