"""What lets the bank's own systems read: list, make one, end one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.api_token_models import Scope
from portal.accounts.api_tokens import CALLS_A_MINUTE, tokens_of_bank
from portal.accounts.create_api_token import create_api_token
from portal.accounts.permissions import Permission, may, require
from portal.accounts.revoke_api_token import revoke_api_token
from portal.accounts.step_up import is_fresh
from portal.web.access import actor_of, audience
from portal.web.bank.token_forms import TokenForm
from portal.web.paging import page_links, place_in


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """Every token of the bank, newest first; its secret is with the system alone."""
    actor = actor_of(request)
    found = tokens_of_bank(actor, after=place_in(request))
    context = {
        "tokens": found.rows,
        "links": page_links(request, found),
        "calls": CALLS_A_MINUTE,
        "may_manage": may(actor, Permission.API_TOKEN_MANAGE),
    }
    return render(request, "bank/tokens.html", context)


@never_cache
@audience("bank")
def create(request: HttpRequest) -> HttpResponse:
    """The form, and then the secret: on this one answer, and nowhere afterwards."""
    actor = actor_of(request)
    require(actor, Permission.API_TOKEN_MANAGE)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = create_api_token(
            actor,
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            days=form.cleaned_data["days"],
        )
        return render(request, "bank/token_made.html", {"made": made})
    return render(request, "bank/token_create.html", {"form": form, "is_fresh": is_fresh(actor)})


@require_POST
@audience("bank")
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """At once; the system gets no further answer."""
    token = revoke_api_token(actor_of(request), token_id=token_id)
    messages.success(request, _("%(name)s can no longer read.") % {"name": token.name})
    return redirect("bank:tokens")
