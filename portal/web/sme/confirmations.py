"""Consents that wait for the firm's new legal representative."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.consents.confirmations import unconfirmed_for
from portal.web.access import actor_of, audience
from portal.web.sme.consent_change import signer_page


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """Each with bank, purpose and deadline; confirming is done at the signer, stopping here."""
    actor = actor_of(request)
    waiting = unconfirmed_for(actor)
    context = {
        "waiting": [
            {"consent": consent, "signer_url": signer_page(f"consents/{consent.consent_id}/resume")}
            for consent in waiting
        ],
        "confirm_by": min((consent.confirm_by for consent in waiting), default=None),
        "may_confirm": may(actor, Permission.CONSENT_CONFIRM),
        "may_stop": may(actor, Permission.CONSENT_STOP),
    }
    return render(request, "sme/confirmations.html", context)
