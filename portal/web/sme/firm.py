"""Connecting the firm: out to the tax authority by way of the signer, and back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.actors import act_for
from portal.accounts.finish_firm_connection import finish_firm_connection
from portal.accounts.handover import new_session_secret, step_url
from portal.accounts.permissions import Permission, require
from portal.accounts.start_firm_connection import start_firm_connection
from portal.core.errors import NotFound
from portal.web.access import actor_of, signed_in
from portal.web.sme.forms import ConnectForm


@signed_in
def connect(request: HttpRequest) -> HttpResponse:
    """Ask which firm, then send the person to the tax authority by way of the signer."""
    actor = actor_of(request)
    require(actor, Permission.FIRM_CONNECT)
    form = ConnectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        step_id = start_firm_connection(
            actor, uscc=form.cleaned_data["uscc"], session_secret=new_session_secret()
        )
        return redirect(step_url(step_id, language=translation.get_language() or "en"))
    return render(request, "sme/firm_connect.html", {"form": form})


@require_safe
@signed_in
def connected(request: HttpRequest) -> HttpResponse:
    """Back from the tax authority: act for the firm from now on."""
    firm = finish_firm_connection(actor_of(request), step_id=_step(request))
    act_for(request, firm.id)
    name = firm.name_in(translation.get_language() or "en")
    messages.success(
        request, _("%(firm)s is connected. You can now apply for a loan.") % {"firm": name}
    )
    return redirect("sme:overview")


def _step(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("step", ""))
    except ValueError as error:
        raise NotFound(code="step_missing") from error
