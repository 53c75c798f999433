"""A forgotten password."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.reset_password import person_for_reset, reset_password, start_password_reset
from portal.web.account.forms import AddressForm, NewPasswordForm
from portal.web.account.registration import SENT_TO


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether the address has an account or not."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        start_password_reset(email=form.cleaned_data["email"], network=request.META["REMOTE_ADDR"])
        request.session[SENT_TO] = form.cleaned_data["email"]
        return redirect("account:email_sent")
    return render(request, "account/password_forgotten.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Refuses a forged, old or spent link with 404. Signing in still takes the second factor."""
    form = NewPasswordForm(person_for_reset(token=token), request.POST or None)
    if request.method == "POST" and form.is_valid():
        reset_password(token=token, password=form.cleaned_data["password"])
        return render(request, "account/password_changed.html")
    return render(request, "account/password_reset.html", {"form": form})
