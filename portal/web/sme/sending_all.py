"""One button sends every draft of a request whose consent is signed, each for itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.applications.fresh_consent import fresh_consent_for
from portal.applications.funding_drafts import Together
from portal.applications.submit_application import submit_application
from portal.core.errors import InvalidTransition, RuleBroken
from portal.web.access import actor_of


def send_all(request: HttpRequest, found: Together) -> HttpResponse:
    """Send what is ready; what is not is said by name, and stays a draft.

    Of two presses at once each draft is sent by one; the other finds it sent, which is what it
    wanted.
    """
    sent, failed = 0, []
    for one in found.all:
        if fresh_consent_for(one) is None:
            failed.append((one.bank_name, _("your consent is not signed yet")))
            continue
        try:
            submit_application(actor_of(request), application_id=one.id)
        except InvalidTransition:
            continue
        except RuleBroken as broken:
            failed.append((one.bank_name, broken.message))
        else:
            sent += 1
    if sent:
        done = ngettext(
            "Your application is sent to %(sent)d bank.",
            "Your application is sent to %(sent)d banks.",
            sent,
        )
        messages.success(request, done % {"sent": sent})
    for bank, reason in failed:
        messages.warning(
            request, _("Not sent to %(bank)s: %(why)s") % {"bank": bank, "why": reason}
        )
    return redirect("sme:funding_detail", found.application.funding_id)
