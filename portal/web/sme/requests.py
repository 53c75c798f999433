"""Banks' requests for the firm's tax data: those that wait for an answer, and a short no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.permissions import Permission, may
from portal.consents.reject_request import reject_request
from portal.consents.requests import requests_waiting_for
from portal.core.actor import Actor
from portal.web.access import actor_of, audience


def waiting_requests(actor: Actor) -> dict[str, Any]:
    """What the list of waiting requests needs to be shown."""
    return {
        "requests": requests_waiting_for(actor),
        "may_answer": may(actor, Permission.CONSENT_GRANT),
        "signer_url": settings.SIGNER_URL,
    }


@require_POST
@audience("firm")
def reject(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say no at once; the terms page at the signer takes the same answer."""
    reject_request(actor_of(request), request_id=request_id)
    messages.success(request, _("You said no. The bank cannot use your tax data."))
    return redirect("sme:consents")
