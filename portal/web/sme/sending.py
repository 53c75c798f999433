"""The last two steps before an application leaves: the consent, and checking the answers.

Drafts of one request go through them together: each bank has its own consent, one button sends all.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from portal.accounts.permissions import Permission, require
from portal.applications.attach_consent_request import attach_consent_request
from portal.applications.fresh_consent import fresh_consent_for, narrow_consent_for
from portal.applications.funding_drafts import Together, together
from portal.applications.models import LoanApplication
from portal.applications.submit_application import submit_application
from portal.consents.request_consent import request_consent
from portal.core.actor import Actor
from portal.core.months import Month
from portal.web.access import actor_of, audience
from portal.web.sme.asked_banks import AskedBank, asked_banks
from portal.web.sme.sending_all import send_all


@audience("firm")
def consent(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say what the bank needs and why, then hand over to the signer, who asks for the consent."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_GRANT)
    found = together(actor, application_id)
    application = found.application
    if not application.is_firms_to_send:
        return redirect("sme:application_detail", application.id)
    if fresh_consent_for(application) is not None:
        return onwards(found)
    first, last = months_to_ask(application)
    if request.method == "POST":
        return redirect(_signer_page(_ask_consent(actor, application, first, last)))
    context = {
        "application": application,
        "bank_name": application.bank_name,
        "banks": asked_banks(found),
        "first_month": first,
        "last_month": last,
        "narrow": narrow_consent_for(application),
    }
    return render(request, "sme/question_consent.html", context)


@audience("firm")
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Every answer with a Change link, what each bank costs, and the button that sends."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    found = together(actor, application_id)
    application = found.application
    if not application.is_firms_to_send:
        return redirect("sme:application_detail", application.id)
    unanswered = _first_unanswered(application)
    if unanswered:
        return redirect(unanswered, application.id)
    if request.method == "POST" and len(found.all) > 1:
        return send_all(request, found)
    if request.method == "POST":
        submit_application(actor, application_id=application.id)
        return redirect("sme:application_detail", application.id)
    return _checked(request, application, asked_banks(found))


def onwards(found: Together) -> HttpResponse:
    """To the next bank of the request that lacks a consent, and to the check page after the last.

    Only where it is answered: a draft that joined later may lack an answer that suits all.
    """
    if not _first_unanswered(found.application):
        for one in found.all:
            if fresh_consent_for(one) is None:
                return redirect("sme:question_consent", one.id)
    return redirect("sme:application_check", found.application.id)


def _checked(
    request: HttpRequest, application: LoanApplication, banks: list[AskedBank]
) -> HttpResponse:
    ready = [bank for bank in banks if bank.consent is not None]
    context = {
        "application": application,
        "banks": banks,
        "bank": next(bank for bank in banks if bank.application.id == application.id),
        "ready": ready,
        "first_unready": next((bank for bank in banks if bank.consent is None), None),
    }
    several = len(banks) > 1
    page = "sme/application_check_several.html" if several else "sme/application_check.html"
    return render(request, page, context)


def months_to_ask(application: LoanApplication) -> tuple[Month, Month]:
    """As many whole months as the product needs, up to the last full one."""
    last = Month.of(timezone.now()) - 1
    return last - (application.product.months_needed - 1), last


def _ask_consent(actor: Actor, application: LoanApplication, first: Month, last: Month) -> UUID:
    """The new consent takes the place of one that allows too little."""
    narrow = narrow_consent_for(application)
    request_id = request_consent(
        actor,
        firm_id=application.firm_id,
        bank_id=application.bank_id,
        purpose=application.product.purpose,
        categories=application.product.categories,
        first_month=first,
        last_month=last,
        application_id=application.id,
        supersedes=None if narrow is None else narrow.id,
    )
    attach_consent_request(actor, application_id=application.id, request_id=request_id)
    return request_id


def _signer_page(request_id: UUID) -> str:
    return f"{settings.SIGNER_URL}/consents/{request_id}/?language={translation.get_language()}"


def _first_unanswered(application: LoanApplication) -> str:
    if application.amount_fen is None:
        return "sme:question_amount"
    if application.term_months is None:
        return "sme:question_term"
    if not application.use_of_funds:
        return "sme:question_use"
    return ""
