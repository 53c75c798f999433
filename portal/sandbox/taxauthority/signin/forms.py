"""The sign-in form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as uscc_number


class SignInForm(forms.Form):
    """Firm (may be left empty), login name and password."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=24,
        help_text=_("18 characters. Leave it empty to choose among your firms."),
    )
    login = forms.CharField(label=_("Login name"), max_length=64)
    password = forms.CharField(
        label=_("Password"), max_length=128, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, *args: object, asked_uscc: str = "", **options: object) -> None:
        super().__init__(*args, label_suffix="", **options)  # type: ignore[arg-type, misc]
        self.asked_uscc = asked_uscc
        self.fields["uscc"].initial = asked_uscc
        self.fields["login"].widget.attrs.update({"autocomplete": "username"})
        self.fields["password"].widget.attrs.update({"autocomplete": "current-password"})
        if asked_uscc:
            self.fields["uscc"].disabled = True
            self.fields["uscc"].help_text = ""

    def clean_uscc(self) -> str:
        code = uscc_number.compact(self.cleaned_data["uscc"])
        if code and not uscc_number.is_valid(code):
            raise forms.ValidationError(_("This is not a unified social credit code."))
        return code
