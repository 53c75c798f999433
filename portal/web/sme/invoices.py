"""E-invoices at an application: attach several at once, see what came out, take one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.accounts.permissions import Permission, may
from portal.applications.attach_invoices import attach_invoices
from portal.applications.queries import FirmCase, firm_case_for
from portal.applications.remove_invoice import remove_invoice
from portal.applications.transitions import SENDABLE, UNDECIDED
from portal.core.actor import Actor
from portal.invoices.models import Attachment
from portal.invoices.queries import invoices_at
from portal.web.access import actor_of, audience
from portal.web.invoice_words import invoice_line
from portal.web.sme.invoice_form import InvoicesForm
from portal.web.uploads import tell_if_cut_off


@audience("firm")
def invoices(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Everything attached with its answer; POST attaches more."""
    actor = actor_of(request)
    case = firm_case_for(actor, application_id)
    is_sent = request.method == "POST"
    form = InvoicesForm(request.POST, request.FILES) if is_sent else InvoicesForm()
    tell_if_cut_off(request, form)
    if form.is_valid():
        files = form.cleaned_data["invoices"]
        _tell(request, attach_invoices(actor, application_id=application_id, files=files))
        return redirect("sme:invoices", application_id)
    status = 422 if form.errors else 200
    return render(request, "sme/invoices.html", {"form": form, **_page(actor, case)}, status=status)


@require_POST
@audience("firm")
def remove(request: HttpRequest, application_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Take one back, before the bank has seen it."""
    remove_invoice(actor_of(request), application_id=application_id, attachment_id=attachment_id)
    messages.success(request, _("The invoice is removed."))
    return redirect("sme:invoices", application_id)


def _page(actor: Actor, case: FirmCase) -> dict[str, object]:
    found = invoices_at(
        case.application.id,
        is_score_made=case.score is not None and case.application.status not in SENDABLE,
    )
    may_edit, status = may(actor, Permission.APPLICATION_EDIT), case.application.status
    return {
        "application": case.application,
        "lines": [invoice_line(answer) for answer in found.rows],
        "listed_at": found.listed_at,
        "may_attach": may_edit and (case.is_draft or status in UNDECIDED),
        "may_remove": may_edit and case.is_draft,
    }


def _tell(request: HttpRequest, attached: list[Attachment]) -> None:
    refused = sum(bool(row.refusals) for row in attached)
    accepted = len(attached) - refused
    if accepted:
        text = ngettext(
            "%(count)s invoice is genuine and attached.",
            "%(count)s invoices are genuine and attached.",
            accepted,
        )
        messages.success(request, text % {"count": accepted})
    if refused:
        text = ngettext(
            "%(count)s file is not accepted; the list says why.",
            "%(count)s files are not accepted; the list says why.",
            refused,
        )
        messages.warning(request, text % {"count": refused})
