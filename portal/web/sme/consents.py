"""One consent of the firm: its terms and uses, stopping it, its receipt."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.funding_drafts import together
from portal.applications.queries import application_of_request
from portal.consents.confirmations import unconfirmed
from portal.consents.erase_records import erase_records
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import (
    consent_for,
    cuts_of,
    receipt_for,
    request_state_for,
    uses_of,
)
from portal.consents.receipts import (
    Kind,
    erasing_of,
    provable,
    receipt_bundle,
    records_are_kept,
)
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import RequestState
from portal.core.errors import NotFound
from portal.oversight.complaints import waiting_about
from portal.web.access import actor_of, audience
from portal.web.comparison_words import change_in_words
from portal.web.consent_history import history_steps
from portal.web.consent_receipts import (
    printed_receipt_response,
    receipt_lines,
    signed_receipt_response,
)
from portal.web.consent_words import consent_lines
from portal.web.sme.consent_change import signer_page
from portal.web.sme.sending import onwards

_UNANSWERED = gettext_noop(
    "You have not answered yet. The application waits until you have read and signed the terms."
)
_NOT_ALLOWED = gettext_noop(
    "You did not allow the use of your tax data. Nothing was fetched and nothing was sent."
)


@require_safe
@audience("firm")
def detail(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """One consent: its terms, its state, and each use that was made of it."""
    actor = actor_of(request)
    consent = consent_for(actor, consent_id)
    (line,) = consent_lines([consent])
    context = {
        "consent": consent,
        "uses": uses_of(consent.id),
        "sentence": line.sentence,
        "awaits_confirmation": unconfirmed(consent.id) is not None,
        "comparison": change_in_words(actor, consent),
        "history": history_steps(actor, consent),
        "cuts": cuts_of(actor, consent.id),
        "may_stop": may(actor, Permission.CONSENT_STOP),
        "may_sign": may(actor, Permission.CONSENT_GRANT),
        "complaints": waiting_about(actor, [consent.id]),
        "may_complain": may(actor, Permission.COMPLAINT_FILE),
        "resume_url": signer_page(f"consents/{consent.id}/resume"),
    }
    return render(request, "sme/consent_detail.html", context)


@require_POST
@audience("firm")
def pause(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Stop for the time being, at once; going on takes a signature at the signer."""
    pause_consent(actor_of(request), consent_id=consent_id)
    messages.success(request, _("Paused. Until you resume it, nobody can use your tax data."))
    return redirect("sme:consent_detail", consent_id)


@audience("firm")
def stop(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say what stopping does and does not do, and stop when asked to; no reason is wanted."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_STOP)
    consent = consent_for(actor, consent_id)
    if request.method == "POST":
        keeps_records = request.POST.get("records") == "keep"
        stop_consent(actor, consent_id=consent.id, keeps_records=keeps_records)
        messages.success(request, _("Stopped. From this moment the bank cannot use your tax data."))
        return redirect("sme:consent_receipt", consent.id)
    return render(request, "sme/consent_stop.html", {"consent": consent})


@audience("firm")
def erase(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say what erasing the kept records means, and have them erased when asked to."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_STOP)
    consent = consent_for(actor, consent_id)
    if request.method == "POST":
        erase_records(actor, consent_id=consent.id)
        messages.success(request, _("The records are being erased."))
    elif records_are_kept(consent):
        return render(request, "sme/consent_erase.html", {"consent": consent})
    return redirect("sme:consent_receipt", consent.id)


@require_safe
@audience("firm")
def receipt(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """The signed statement of what was allowed, with its digest, to print or keep."""
    actor = actor_of(request)
    signed, consent = receipt_for(actor, consent_id), consent_for(actor, consent_id)
    context = {
        "consent": consent,
        "receipt": signed,
        "erasing": erasing_of(consent),
        "is_kept": records_are_kept(consent),
        "may_stop": may(actor, Permission.CONSENT_STOP),
        "provable": provable(consent),
        "receipts": receipt_lines(actor, consent_id),
        "document": json.dumps(json.loads(signed.payload), ensure_ascii=False, indent=2),
    }
    return render(request, "sme/consent_receipt.html", context)


@require_safe
@audience("firm")
def receipt_file(request: HttpRequest, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """What happened to the consent at one moment, signed, with the ledger's proof in it."""
    return signed_receipt_response(actor_of(request), consent_id, event_id)


@require_safe
@audience("firm")
def receipt_pdf(request: HttpRequest, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """The same for paper."""
    return printed_receipt_response(actor_of(request), consent_id, event_id)


@require_safe
@audience("firm")
def proof(request: HttpRequest, consent_id: UUID, kind: str) -> HttpResponse:
    """One of the receipts as a file that anybody can check without us."""
    bundle = receipt_bundle(actor_of(request), consent_id, Kind(kind))
    response = JsonResponse(bundle, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{kind}-{consent_id}.json"'
    return response


@require_safe
@audience("firm")
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the signer: on with the application, or to the consent that belongs to none."""
    actor = actor_of(request)
    request_id = _request_id(request)
    application = application_of_request(actor, request_id)
    state = request_state_for(actor, request_id).state
    if application is None:
        return _returned_without_application(request, request_id, state)
    match state:
        case RequestState.APPROVED:
            messages.success(request, _("Your consent is signed and recorded."))
            return onwards(together(actor, application.id))
        case RequestState.PENDING:
            messages.info(request, _(_UNANSWERED))
            return redirect("sme:question_consent", application.id)
        case RequestState.REJECTED | RequestState.EXPIRED:
            messages.info(request, _(_NOT_ALLOWED))
            is_alone = len(together(actor, application.id).all) == 1
            page = "sme:application_detail" if is_alone else "sme:application_check"
            return redirect(page, application.id)


def _returned_without_application(
    request: HttpRequest, request_id: UUID, state: RequestState
) -> HttpResponse:
    match state:
        case RequestState.APPROVED:
            messages.success(request, _("Your consent is signed and recorded."))
            return redirect("sme:consent_detail", request_id)
        case RequestState.PENDING:
            messages.info(request, _("You have not answered yet. The request is still waiting."))
        case RequestState.REJECTED:
            messages.info(request, _("You said no. The bank cannot use your tax data."))
        case RequestState.EXPIRED:
            messages.info(request, _("The request has run out. Nothing was allowed."))
    return redirect("sme:consents")


def _request_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("request", ""))
    except ValueError as error:
        raise NotFound(code="request_missing") from error
