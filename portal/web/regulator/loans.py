"""How the banks' loans run: counts by class of arrears, and no firm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.models import Organisation
from portal.servicing.arrears import Arrears
from portal.servicing.queries import counts_for_overseers
from portal.web.access import audience
from portal.web.loan_words import ARREARS_WORDS
from portal.web.regulator.incidents import OVERSEERS


@require_safe
@audience(*OVERSEERS)
def listed(request: HttpRequest) -> HttpResponse:
    """One row a bank."""
    counts = counts_for_overseers()
    banks = Organisation.objects.filter(id__in=counts).order_by("name", "id")
    rows = [
        (bank, [(ARREARS_WORDS[one], counts[bank.id].get(one, 0)) for one in Arrears])
        for bank in banks
    ]
    context = {"rows": rows, "classes": [ARREARS_WORDS[one] for one in Arrears]}
    return render(request, "regulator/loans.html", context)
