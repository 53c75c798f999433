"""Refusals as pages of the signer: what happened, what was saved, what to do."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refused

log = logging.getLogger(__name__)

_START_AGAIN = _("Nothing was changed. Go back to TaxBridge and start again.")
_ANSWERED = _("Your earlier answer stands. You see it among your consents in TaxBridge.")
_NOT_THE_AGREEMENT: Final = (
    _("This agreement cannot be signed"),
    _(
        "It is not, word for word, what the firm signed. Nothing was signed. Please tell us: it "
        "should not happen."
    ),
)
_NOT_PAUSED = (
    _("This consent is not paused"),
    _("It is in force, or it has ended for good. Nothing was changed."),
)

TEXTS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "step_expired": (
        _("This page was open too long"),
        _("For your safety a visit here lasts ten minutes. Nothing was changed. Start again."),
    ),
    "step_unknown": (_("This address leads nowhere"), _START_AGAIN),
    "step_used": (
        _("This step is already done"),
        _("Each visit here counts once. If you are not signed in yet, start again."),
    ),
    "not_this_browser": (
        _("This was begun in another browser"),
        _("Go on in the browser in which you began, or start again here."),
    ),
    "access_denied": (
        _("The tax authority did not confirm you"),
        _("You cancelled there, or it does not know you for this firm. Nothing was changed."),
    ),
    "assertion_invalid": (
        _("The tax authority's answer could not be verified"),
        _("It is not properly signed, not meant for this visit, or too old. Nothing was changed."),
    ),
    "assertion_replayed": (
        _("This answer of the tax authority was used before"),
        _("Each answer counts once. Nothing was changed. If it was not you, tell us."),
    ),
    "other_name": (
        _("The tax authority knows you by another name"),
        _(
            "The name you registered with must be the one on your tax account. Nothing was "
            "changed. If you misspelt your name when registering, write to us."
        ),
    ),
    "other_firm": (
        _("You signed in for another firm"),
        _("You asked to connect one firm and the tax authority confirmed another."),
    ),
    "mandate_over": (
        _("The tax authority has ended your right to act for this firm"),
        _("Nothing was changed. If you act for it again, sign in at the tax authority once more."),
    ),
    "representative_confirms": (
        _("Only the firm’s new legal representative can confirm this consent"),
        _("The legal representative changed. Until the new one has confirmed it, it stays paused."),
    ),
    "identity_taken": (
        _("Your tax identity is already linked to another account"),
        _(
            "One person has one account here. Sign in with the account you connected first. If it "
            "is not yours, tell us at once: somebody else may be using your tax sign-in."
        ),
    ),
    "linked_to_another_identity": (
        _("Your account is linked to another tax identity"),
        _("One account here stands for one person at the tax authority. Nothing was changed."),
    ),
    "request_missing": (
        _("There is no such request for you"),
        _("It does not exist, or another person has to answer it. Nothing was changed."),
    ),
    "request_approved": (_("You have already allowed this"), _ANSWERED),
    "request_rejected": (_("You have already said no to this"), _ANSWERED),
    "request_answered": (_("This request has already been answered"), _ANSWERED),
    "request_expired": (
        _("This request is too old"),
        _(
            "A request of your own waits one day for an answer, a bank's waits 14 days. Nothing "
            "was changed. Start again in TaxBridge, or have the bank ask again."
        ),
    ),
    "nothing_to_supersede": (
        _("The consent that this one would change has ended"),
        _("Nothing was signed. Allow a new consent instead; you start it in TaxBridge."),
    ),
    "another_person": (
        _("The tax authority knows this firm's signatory under another identity"),
        _("Nothing was signed. Connect the firm again in TaxBridge, then come back."),
    ),
    "not_as_requested": (
        _("The terms are no longer those of the request"),
        _("Nothing was signed. Open the request again in TaxBridge and read it anew."),
    ),
    "key_revoked": (
        _("Consents cannot be signed at the moment"),
        _(
            "The key that signs them was withdrawn for your safety. Nothing was changed. Please "
            "come back later; the request waits."
        ),
    ),
    "months_too_many": (
        _("The request is for too many months"),
        _(
            "It goes beyond what a consent for this purpose may cover. Nothing was signed. Ask "
            "for fewer months in TaxBridge, or have the bank ask again."
        ),
    ),
    "beyond_ceiling": (
        _("The request goes beyond the limits of its purpose"),
        _(
            "Months, days or uses are more than this purpose allows. Nothing was signed. Ask for "
            "less in TaxBridge, or have the bank ask again."
        ),
    ),
    "consent_missing": (
        _("There is no such consent for you"),
        _("It does not exist, or another person has to decide on it. Nothing was changed."),
    ),
    "consent_not_paused": _NOT_PAUSED,
    "nothing_to_resume": _NOT_PAUSED,
    "no_mandate": (
        _("You may not sign for this firm"),
        _(
            "Only its legal representative or finance officer may, as the tax authority has it. "
            "Nothing was changed."
        ),
    ),
    "offer_missing": (
        _("There is no such offer for you"),
        _("It does not exist, or another person has to answer it. Nothing was changed."),
    ),
    "offer_accepted": (
        _("This offer is accepted already"),
        _("Nothing was changed. You see it among your applications in TaxBridge."),
    ),
    "offer_passed_over": (
        _("Your firm has accepted another bank’s offer"),
        _("Of the offers on one request a firm takes one. Nothing was changed."),
    ),
    "offer_expired": (
        _("This offer has run out"),
        _("It no longer binds the bank. Nothing was changed. You can apply again in TaxBridge."),
    ),
    "offer_withdrawn": (
        _("This offer no longer stands"),
        _("Your firm has withdrawn the application. Nothing was changed."),
    ),
    "offer_altered": (
        _("This offer cannot be accepted"),
        _(
            "It is not, word for word, what its seal stands for. Nothing was signed. Please tell "
            "us: it should not happen."
        ),
    ),
    "account_missing": (
        _("No account is named yet"),
        _("Say in TaxBridge first where the money is to go. Nothing was signed."),
    ),
    "acceptance_invalid": _NOT_THE_AGREEMENT,
    "agreement_altered": _NOT_THE_AGREEMENT,
    "agreement_missing": (
        _("There is no such agreement for you"),
        _("It does not exist, or another bank has to sign it. Nothing was changed."),
    ),
    "agreement_signed": (
        _("Your bank has signed this agreement already"),
        _("Nothing was changed. You can download it in TaxBridge."),
    ),
    "agreement_early": (
        _("This agreement is not ready yet"),
        _("The firm’s signature is still being carried out. Please try again in a minute."),
    ),
    "agreement_withdrawn": (
        _("This agreement no longer waits for a signature"),
        _("The firm has gone back on the offer, or it ended otherwise. Nothing was signed."),
    ),
    "passkey_unknown": (
        _("There is no such passkey"),
        _("You may have removed it already. Nothing was changed."),
    ),
    "phone_unknown": (
        _("No phone is set up"),
        _("You may have removed it already. Nothing was changed."),
    ),
    "last_factor": (
        _("This is your last second factor"),
        _("Without it you could not sign in. Set up another one first. Nothing was removed."),
    ),
    "too_many_passkeys": (
        _("You have ten passkeys"),
        _("Remove one that you no longer use, then set up another. Nothing was changed."),
    ),
    "csrf": (
        _("This form was open too long"),
        _("Nothing was saved. Open the page again and send the form once more."),
    ),
}
_OTHER: Final = (_("This cannot be done"), _START_AGAIN)
_BROKEN: Final = (
    _("Something went wrong here"),
    _("It is our fault, and it is written down. Nothing was changed. Please try again."),
)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page for an expected refusal, with its own status code."""
    return _page(request, status=refused.status, code=refused.code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, status=400, code="bad_request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, status=403, code="forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, status=404, code="step_unknown")


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, status=500, code="server_error")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or sent from elsewhere."""
    return _page(request, status=403, code="csrf")


def _page(request: HttpRequest, *, status: int, code: str) -> HttpResponse:
    reference = secrets.token_hex(4)
    log.info("refused %s %s %s %s (%s)", status, code, request.method, request.path, reference)
    title, text = _BROKEN if status >= 500 else TEXTS.get(code, _OTHER)
    context = {
        "refusal_title": title,
        "refusal_text": text,
        "reference": reference,
        "portal": settings.PORTAL_URL,
    }
    return render(request, "signer/refused.html", context, status=status)
