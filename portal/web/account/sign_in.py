"""Signing in: the password here, the second factor at the signer, then back."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.activity import Activity, note_activity
from portal.accounts.actors import SECOND_FACTOR_AT, actor_of_session
from portal.accounts.confirm_email import send_confirmation_again
from portal.accounts.finish_second_step import PendingSignIn, finish_second_step
from portal.accounts.handover import session_secret, step_url
from portal.accounts.limits import check_sign_in, count_refused_sign_in
from portal.accounts.models import User
from portal.accounts.start_second_step import start_second_step
from portal.core.actor import Actor, OrganisationKind
from portal.web.account.forms import SignInForm
from portal.web.account.registration import SENT_TO

PENDING = "pending_sign_in"
NEXT = "sign_in_next"
HOMES = {
    OrganisationKind.FIRM: "sme:overview",
    OrganisationKind.BANK: "bank:queue",
    OrganisationKind.REGULATOR: "regulator:ledger",
    OrganisationKind.OPERATOR: "account:security",
}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Password first. A wrong address and a wrong password get the same words."""
    if request.method == "GET":
        form = SignInForm(initial={"next": request.GET.get("next", "")})
        return render(request, "account/sign_in.html", {"form": form})
    form = SignInForm(request.POST)
    if form.is_valid():
        user = _checked(request, form)
        if user is not None and user.email_confirmed_at is None:
            send_confirmation_again(person_id=user.id, network=address_of(request))
            request.session[SENT_TO] = user.email
            return redirect("account:email_sent")
        if user is not None:
            return _to_second_step(request, user, next_=form.cleaned_data["next"])
    return render(request, "account/sign_in.html", {"form": form})


def _checked(request: HttpRequest, form: SignInForm) -> User | None:
    check_sign_in(network=address_of(request))
    email = form.cleaned_data["email"].lower()
    user = authenticate(request, email=email, password=form.cleaned_data["password"])
    if user is None:
        count_refused_sign_in(network=address_of(request))
        form.add_error(None, _("The e-mail address or the password is not right."))
    return user


def _to_second_step(request: HttpRequest, user: User, *, next_: str) -> HttpResponse:
    # A session from before, perhaps planted, ends here; its successor is not signed in yet.
    request.session.flush()
    step = start_second_step(
        person_id=user.id,
        session_secret=session_secret(request.session),
        language=get_language() or "en",
    )
    request.session[PENDING] = {"person": str(user.id), "step": str(step)}
    request.session[NEXT] = next_
    return HttpResponseRedirect(step_url(step, language=get_language() or "en"))


@never_cache
@require_safe
def second_factor_return(request: HttpRequest) -> HttpResponse:
    """Back from the signer with its assertion: only now is the person signed in."""
    pending = request.session.get(PENDING)
    if pending is None:
        messages.error(request, _("Your sign-in took too long. Please sign in again."))
        return redirect("account:sign_in")
    user = finish_second_step(
        assertion=request.GET.get("assertion", ""),
        pending=PendingSignIn(
            person_id=UUID(pending["person"]),
            step_id=UUID(pending["step"]),
            session_secret=session_secret(request.session),
        ),
        address=address_of(request),
    )
    next_ = str(request.session.pop(NEXT, ""))
    del request.session[PENDING]
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[SECOND_FACTOR_AT] = timezone.now().isoformat()
    return redirect(_safe(request, next_) or home_of(actor_of_session(user, request.session)))


def home_of(actor: Actor | None) -> str:
    """URL name of the first page of the actor's audience; a newcomer connects a firm first."""
    if actor is None or actor.organisation_kind is None:
        return "sme:firm_connect"
    return HOMES[actor.organisation_kind]


def _safe(request: HttpRequest, next_: str) -> str:
    """``next_`` when it stays on this origin, else nothing."""
    allowed = url_has_allowed_host_and_scheme(
        next_, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return next_ if allowed else ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, then the one at the signer."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        note_activity(actor, Activity.SIGNED_OUT, subject=actor.ref, address=address_of(request))
    logout(request)
    return HttpResponseRedirect(f"{settings.SIGNER_URL}/sign-out/")


def address_of(request: HttpRequest) -> str:
    """The client's network address, as the server saw it."""
    return str(request.META.get("REMOTE_ADDR", ""))
