"""Taking up an invitation: name, phone and password; the address is known from the link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.accept_invitation import accept_invitation, invitation_for
from portal.web.account.forms import PersonForm


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Refuses a forged, old or spent link with 404."""
    invitation = invitation_for(token)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept_invitation(token=token, **form.cleaned_data, language=get_language() or "en")
        return render(request, "account/confirmed.html")
    language = get_language() or "en"
    context = {
        "form": form,
        "email": invitation.email,
        "organisation": invitation.organisation.name_in(language),
    }
    return render(request, "account/invitation.html", context)
