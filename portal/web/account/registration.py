"""Registering, and confirming the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.confirm_email import confirm_email
from portal.accounts.links import confirmed_person
from portal.accounts.register_person import register_person
from portal.web.account.forms import RegisterForm

SENT_TO = "email_sent_to"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether the address has an account or not."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        register_person(
            **form.cleaned_data,
            language=get_language() or "en",
            network=request.META["REMOTE_ADDR"],
        )
        request.session[SENT_TO] = form.cleaned_data["email"]
        return redirect("account:email_sent")
    return render(request, "account/register.html", {"form": form})


@never_cache
@require_safe
def email_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/email_sent.html", {"email": request.session.get(SENT_TO, "")})


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, since programs that scan mail open links: opening alone confirms nothing."""
    if request.method == "POST":
        confirm_email(token=token)
        return render(request, "account/confirmed.html")
    _, email = confirmed_person(token)
    return render(request, "account/confirm.html", {"email": email})
