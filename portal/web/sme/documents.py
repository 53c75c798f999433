"""Documents that a firm hands in with its application."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, require
from portal.applications.add_document import add_document
from portal.applications.desk import documents_of
from portal.applications.document_models import DocumentKind
from portal.applications.queries import firm_case_for
from portal.core.actor import Actor
from portal.web.access import actor_of, audience
from portal.web.documents import served
from portal.web.sme.document_forms import DocumentForm
from portal.web.uploads import tell_if_cut_off


@audience("firm")
def add(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One more document of an application that the bank has not decided."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    case = firm_case_for(actor, application_id)
    form = DocumentForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    tell_if_cut_off(request, form)
    if request.method == "POST" and form.is_valid():
        keep(actor, application_id, form)
        messages.success(request, _("The document is with the bank."))
        return redirect("sme:application_detail", application_id)
    if not case.takes_documents:
        return redirect("sme:application_detail", application_id)
    context = {
        "form": form,
        "application": case.application,
        "documents": documents_of(actor, application_id),
    }
    return render(request, "sme/document_add.html", context)


@require_safe
@audience("firm")
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One of the firm's own documents, to be saved."""
    return served(request, document_id)


def keep(actor: Actor, application_id: UUID, form: DocumentForm) -> None:
    """Hand in the file of a form that was found in order."""
    add_document(
        actor,
        application_id=application_id,
        kind=DocumentKind(form.cleaned_data["kind"] or DocumentKind.OTHER),
        name=form.cleaned_data["file"].name,
        data=form.cleaned_data["data"],
    )
