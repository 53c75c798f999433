"""The pages of the authority: sign in, choose a firm, cancel. They need no JavaScript."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core.errors import NotAllowed
from portal.sandbox.taxauthority.models import Person
from portal.sandbox.taxauthority.signin.asking import Asking, read_asking
from portal.sandbox.taxauthority.signin.check_person import SignInRefused, check_person
from portal.sandbox.taxauthority.signin.forms import SignInForm
from portal.sandbox.taxauthority.signin.issue_assertion import firms_of, issue_assertion

SIGNED_IN = "person"


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Says what this site is; nobody signs in without having been sent."""
    return render(request, "taxauthority/front.html")


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Sign in and, for one firm, go straight back with an assertion; else choose a firm first."""
    asking = read_asking(request.GET)
    form = SignInForm(request.POST or None, asked_uscc=asking.uscc)
    if request.method == "GET" or not form.is_valid():
        return _sign_in_page(request, asking, form)
    try:
        person = check_person(
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
            address=request.META.get("REMOTE_ADDR"),
        )
        return _answer_or_choice(request, asking, person, form.cleaned_data["uscc"])
    except NotAllowed as refused:
        form.add_error(None, _message(refused))
        status = 429 if refused.code == "locked" else 403
        return _sign_in_page(request, asking, form, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def choose_firm(request: HttpRequest) -> HttpResponse:
    """A person with several firms says which one to act for."""
    asking = read_asking(request.GET)
    person = _signed_in(request)
    if person is None:
        return redirect(f"{reverse('authorize')}?{asking.query()}")
    if request.method == "POST":
        request.session.flush()
        return _answer(asking, person, request.POST.get("uscc", ""))
    context = {"asking": asking, "person": person, "firms": firms_of(person)}
    return render(request, "taxauthority/choose_firm.html", context)


@never_cache
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Go back without saying anything about anybody."""
    request.session.flush()
    return HttpResponseRedirect(read_asking(request.GET).answer(error="access_denied"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from elsewhere, or after its cookie was lost."""
    return render(request, "taxauthority/refused.html", {"code": "stale_form"}, status=403)


def _signed_in(request: HttpRequest) -> Person | None:
    known = request.session.get(SIGNED_IN)
    return Person.objects.filter(id=str(known)).first() if known else None


def _answer_or_choice(
    request: HttpRequest, asking: Asking, person: Person, uscc: str
) -> HttpResponse:
    firms = firms_of(person)
    if uscc or len(firms) == 1:
        return _answer(asking, person, uscc or firms[0].uscc)
    if not firms:
        raise NotAllowed(code="no_mandate")
    request.session[SIGNED_IN] = str(person.id)
    return redirect(f"{reverse('choose_firm')}?{asking.query()}")


def _answer(asking: Asking, person: Person, uscc: str) -> HttpResponse:
    assertion = issue_assertion(person, uscc=uscc, nonce=asking.nonce)
    return HttpResponseRedirect(asking.answer(assertion=assertion))


def _sign_in_page(
    request: HttpRequest, asking: Asking, form: SignInForm, *, status: int = 200
) -> HttpResponse:
    context = {"asking": asking, "form": form}
    return render(request, "taxauthority/sign_in.html", context, status=status)


def _message(refused: NotAllowed) -> str:
    if not isinstance(refused, SignInRefused):
        return _("You are not registered to act for this firm.")
    if refused.code == "locked":
        return _("Too many failed tries. Try again in a quarter of an hour.")
    return _("The login name or the password is wrong.")
