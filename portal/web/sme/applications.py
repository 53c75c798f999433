"""The firm's applications: list, one application from progress to outcome, withdrawal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.access import application_for
from portal.applications.desk import documents_of, questions_of
from portal.applications.funding_drafts import Together, together
from portal.applications.funding_queries import offer_of, shared_among
from portal.applications.progress import progress_of
from portal.applications.queries import applications_of_firm, firm_case_for
from portal.applications.withdraw_application import withdraw_application
from portal.oversight.complaints import waiting_about
from portal.servicing.queries import is_watched, loan_id_of
from portal.web.access import actor_of, audience
from portal.web.paging import page_links, place_in
from portal.web.score_texts import explained
from portal.web.sme.absence import absence_under


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """Every application of the firm, newest first."""
    actor = actor_of(request)
    found = applications_of_firm(actor, after=place_in(request))
    context = {
        "applications": found.rows,
        "shared": shared_among([entry.application.funding_id for entry in found.rows]),
        "links": page_links(request, found),
        "may_apply": may(actor, Permission.APPLICATION_EDIT),
    }
    return render(request, "sme/applications.html", context)


@require_safe
@audience("firm")
def detail(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Where the application stands: steps at work, score and reasons, what to do, or outcome."""
    actor = actor_of(request)
    case = firm_case_for(actor, application_id)
    funding_id = case.application.funding_id
    context = {
        "case": case,
        "application": case.application,
        "progress": progress_of(case.application),
        "offer": offer_of(actor, application_id),
        "is_watched": is_watched(actor, application_id),
        "loan_id": loan_id_of(actor, application_id),
        "is_shared": bool(shared_among([funding_id])),
        "score": explained(case.score),
        "absence": absence_under(case.application.consent_id),
        "questions": questions_of(actor, application_id),
        "documents": documents_of(actor, application_id),
        "complaints": waiting_about(actor, [application_id, case.application.score_id]),
        "may_complain": may(actor, Permission.COMPLAINT_FILE),
        "may_act": may(actor, Permission.APPLICATION_SUBMIT),
    }
    return render(request, "sme/application_detail.html", context)


@require_safe
@audience("firm")
def progress(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The steps alone, for the page that asks again; a finished one reloads the whole page."""
    application = application_for(actor_of(request), application_id)
    steps = progress_of(application)
    context = {"application": application, "progress": steps}
    response = render(request, "sme/application_progress.html", context)
    if steps.is_finished:
        response.headers["HX-Refresh"] = "true"
    return response


@audience("firm")
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say what withdrawing means, and do it when asked to."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    found = together(actor, application_id)
    application = found.application
    if request.method == "POST":
        withdraw_application(actor, application_id=application.id)
        messages.success(request, _("You withdrew the application."))
        return _after_withdrawal(found)
    context = {"application": application, "offer": offer_of(actor, application.id)}
    return render(request, "sme/application_withdraw.html", context)


def _after_withdrawal(found: Together) -> HttpResponse:
    """On with the drafts that are left, or to what is left of the request."""
    for left in found.all:
        if left.id != found.application.id:
            return redirect("sme:application_check", left.id)
    funding_id = found.application.funding_id
    if shared_among([funding_id]):
        return redirect("sme:funding_detail", funding_id)
    return redirect("sme:application_detail", found.application.id)
