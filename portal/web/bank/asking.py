"""What a bank does about consents: asks for one, gives one back, says it knows of an end."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from portal.accounts.permissions import Permission, require
from portal.consents.acknowledge_end import acknowledge_end
from portal.consents.ask_firm import ask_firm
from portal.consents.ceilings import held_to_ceiling
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose
from portal.consents.queries import consent_for
from portal.consents.release_consent import release_consent
from portal.core.errors import RuleBroken
from portal.web.access import actor_of, audience


class AskForm(forms.Form):
    """Whom, what for, which data, how far back and for how long."""

    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code of the firm"),
        help_text=gettext_lazy("18 letters and digits, as on the business licence."),
        max_length=18,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), widget=forms.RadioSelect)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Data"), widget=forms.CheckboxSelectMultiple
    )
    months = forms.IntegerField(
        label=gettext_lazy("How many months of data"),
        help_text=gettext_lazy("Whole months, up to the last full one."),
        min_value=1,
        max_value=600,
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days you need it"), min_value=1, max_value=4000
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you ask, for the firm to read"),
        help_text=gettext_lazy(
            "In your own words, at most 500 characters. It is shown to the firm, not signed."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cut_to_limits = forms.BooleanField(
        label=gettext_lazy(
            "If this is more than the purpose allows, ask for the most that it allows; the firm is "
            "shown what was cut."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        cast("forms.ChoiceField", self.fields["purpose"]).choices = [
            (purpose.value, PURPOSE_TEXTS[purpose].said_in(language)) for purpose in Purpose
        ]
        cast("forms.MultipleChoiceField", self.fields["categories"]).choices = [
            (category.value, CATEGORY_TEXTS[category].said_in(language)) for category in Category
        ]

    def clean_uscc(self) -> str:
        try:
            return str(uscc_number.validate(self.cleaned_data["uscc"].upper()))
        except ValidationError as error:
            raise forms.ValidationError(
                _("This is not a valid code: check each of the 18 letters and digits.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """What the use case will refuse is said beside the answers that were given."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"purpose", "months", "days"} <= cleaned.keys():
            try:
                held_to_ceiling(
                    Purpose(cleaned["purpose"]),
                    cut=cleaned["cut_to_limits"],
                    months=cleaned["months"],
                    days=cleaned["days"],
                )
            except RuleBroken as broken:
                self.add_error(None, broken.message)
        return cleaned


@audience("bank")
def ask(request: HttpRequest) -> HttpResponse:
    """One page of questions; the answer is the same whether or not the firm is here."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_ASK)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_firm(actor, **form.cleaned_data)
        messages.success(
            request,
            _("Asked. A firm that uses TaxBridge can answer for 14 days; you will see it here."),
        )
        return redirect("bank:consents")
    return render(request, "bank/consent_ask.html", {"form": form})


@audience("bank")
def release(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say what giving back does, and do it when asked to."""
    actor = actor_of(request)
    require(actor, Permission.CONSENT_RELEASE)
    consent = consent_for(actor, consent_id)
    if request.method == "POST":
        release_consent(actor, consent_id=consent.id)
        messages.success(request, _("Given back. You can no longer use the firm’s tax data."))
        return redirect("bank:consents")
    return render(request, "bank/consent_release.html", {"consent": consent})


@require_POST
@audience("bank")
def acknowledge(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say that the bank knows of the end; looking at the case says it too."""
    acknowledge_end(actor_of(request), consent_id=consent_id)
    messages.success(request, _("Acknowledged. The firm can see that you know."))
    return redirect("bank:consents")
