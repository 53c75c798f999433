"""The bank signs the agreement on an accepted offer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.applications.sign_agreement import sign_agreement
from portal.web.access import actor_of, audience


@require_POST
@audience("bank")
def sign(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One press on the page of the case; wants a second factor of just now."""
    sign_agreement(actor_of(request), application_id=application_id)
    messages.success(request, _("The agreement is signed, and the firm has been told."))
    return redirect("bank:case_detail", application_id)
