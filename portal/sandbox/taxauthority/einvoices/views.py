"""Where a firm's person signs in to download e-invoices. The pages need no JavaScript."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core.errors import NotAllowed, NotFound
from portal.core.months import Month
from portal.core.wire import public_key_set
from portal.sandbox.taxauthority.einvoices.held import held_in
from portal.sandbox.taxauthority.einvoices.issue import issue_einvoice
from portal.sandbox.taxauthority.einvoices.statuses import published_statuses
from portal.sandbox.taxauthority.keys import own_key
from portal.sandbox.taxauthority.models import Direction, Firm, Person
from portal.sandbox.taxauthority.signin.check_person import check_person
from portal.sandbox.taxauthority.signin.issue_assertion import firms_of
from portal.sandbox.taxauthority.store.firms import served_as_of

SIGNED_IN = "downloads"
MOST_SHOWN = 100


class DownloadSignInForm(forms.Form):
    """Login name and password."""

    login = forms.CharField(label=gettext_lazy("Login name"), max_length=64)
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=128, strip=False, widget=forms.PasswordInput
    )


class WantedForm(forms.Form):
    """Which firm, month and side; an unknown choice is refused."""

    uscc = forms.CharField(max_length=18)
    month = forms.RegexField(r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z")
    side = forms.ChoiceField(choices=[("sale", "sale"), ("purchase", "purchase")])


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Password, then the list."""
    form = DownloadSignInForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            person = check_person(**form.cleaned_data, address=request.META.get("REMOTE_ADDR"))
        except NotAllowed:
            form.add_error(None, _("You could not be signed in. Check the name and the password."))
        else:
            request.session[SIGNED_IN] = str(person.id)
            return redirect("einvoices")
    status = 403 if form.errors else 200
    return render(request, "taxauthority/einvoices_sign_in.html", {"form": form}, status=status)


@never_cache
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The invoices of one month and side; the newest month of the first firm to begin with."""
    firms = _firms(request)
    if not firms:
        return redirect("einvoices_sign_in")
    firm, month, side = _wanted(request, firms)
    rows = [row for row in held_in(firm, side, month) if row.is_issuable]
    context = {
        "firms": firms,
        "firm": firm,
        "month": str(month),
        "last_month": str(served_as_of(firm)),
        "side": side.label,
        "rows": rows[:MOST_SHOWN],
        "left_out": max(len(rows) - MOST_SHOWN, 0),
    }
    return render(request, "taxauthority/einvoices.html", context)


@never_cache
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """The signed file of one invoice."""
    firm, month, side = _wanted(request, _firms(request))
    number = request.POST.get("number", "")
    content = issue_einvoice(firm, direction=side, month=month, number=number)
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}.xml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def statuses(request: HttpRequest) -> HttpResponse:
    """The status list as a JWS; anybody may read it."""
    return HttpResponse(published_statuses(), content_type="application/jose")


@require_GET
def key_set(request: HttpRequest) -> HttpResponse:
    """The keys that the authority signs with, for comparing; relying parties pin theirs."""
    return HttpResponse(public_key_set(own_key().key), content_type="application/jwk-set+json")


def _firms(request: HttpRequest) -> list[Firm]:
    """With records, of the person who is signed in; empty for nobody."""
    known = request.session.get(SIGNED_IN)
    person = Person.objects.filter(id=str(known)).first() if known else None
    return [] if person is None else [firm for firm in firms_of(person) if firm.as_of_month]


def _wanted(request: HttpRequest, firms: list[Firm]) -> tuple[Firm, Month, Direction]:
    form = WantedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        if request.method == "GET" and firms:
            return firms[0], served_as_of(firms[0]), Direction.SALE
        raise NotFound("There is no such list.", code="unknown_invoice")
    asked = form.cleaned_data
    firm = next((firm for firm in firms if firm.uscc == asked["uscc"]), None)
    if firm is None:
        raise NotFound("There is no such firm.", code="unknown_invoice")
    return firm, Month.parse(asked["month"]), Direction[asked["side"].upper()]
