"""Changing a consent: another one is asked for that takes its place once it is signed."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts.permissions import Permission, require
from portal.consents.ceilings import CEILINGS
from portal.consents.purposes import CATEGORY_TEXTS, Category, Purpose
from portal.consents.queries import ConsentView, consent_for
from portal.consents.request_consent import request_consent
from portal.core.errors import InvalidTransition
from portal.core.months import Month, months_between
from portal.web.access import actor_of, audience


class ChangeForm(forms.Form):
    """The data and the number of months, counted back from the last full one."""

    months = forms.TypedChoiceField(
        label=_("Months, up to the last full one"),
        coerce=int,
        widget=forms.Select(attrs={"class": "input"}),
    )
    categories = forms.MultipleChoiceField(label=_("Data"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = CEILINGS[Purpose(purpose)].months
        cast("forms.TypedChoiceField", self.fields["months"]).choices = [
            (number, ngettext("%(months)d month", "%(months)d months", number) % {"months": number})
            for number in range(1, limit + 1)
        ]
        language = translation.get_language() or ""
        cast("forms.MultipleChoiceField", self.fields["categories"]).choices = [
            (category.value, CATEGORY_TEXTS[category].said_in(language)) for category in Category
        ]


@audience("firm")
def change(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Ask what shall change, then hand over to the signer, who shows old and new."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_GRANT)
    consent = consent_for(actor, consent_id)
    if not consent.is_standing:
        raise InvalidTransition(code=f"consent_{consent.state}")
    form = ChangeForm(request.POST or None, purpose=consent.purpose, initial=_present(consent))
    if request.method == "POST" and form.is_valid():
        newest = Month.of(timezone.now()) - 1
        request_id = request_consent(
            actor,
            firm_id=consent.firm_id,
            bank_id=consent.bank_id,
            purpose=consent.purpose,
            categories=form.cleaned_data["categories"],
            first_month=newest - (form.cleaned_data["months"] - 1),
            last_month=newest,
            application_id=consent.application_id,
            supersedes=consent.id,
        )
        return redirect(signer_page(f"consents/{request_id}"))
    return render(request, "sme/consent_change.html", {"consent": consent, "form": form})


def signer_page(path: str) -> str:
    """An address at the signer's origin, in the language of this page."""
    return f"{settings.SIGNER_URL}/{path}/?language={translation.get_language()}"


def _present(consent: ConsentView) -> dict[str, object]:
    return {
        "months": len(months_between(consent.first_month, consent.last_month)),
        "categories": list(consent.categories),
    }
