"""What people type about themselves. Who may and what is allowed is decided in the use cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User

PHONE = RegexValidator(
    r"^\+?[0-9][0-9 -]{5,19}$", _("Enter a phone number with digits only, such as 138 0000 0000.")
)


class PersonForm(forms.Form):
    """Name, phone and password: what registration and an invitation both ask for."""

    real_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As on your identity card. The tax authority must know you by the same name."),
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter your full name.")},
    )
    phone = forms.CharField(
        label=_("Mobile phone number"),
        max_length=32,
        validators=[PHONE],
        help_text=_("For questions about your application. We send no advertisements."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"required": _("Enter your mobile phone number.")},
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A few words that do not belong together are good."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("Choose a password.")},
    )

    def clean_password(self) -> str:
        """Refuses a short or common one, or one that is made of the name or address."""
        password = str(self.cleaned_data["password"])
        known: dict[str, Any] = {
            name: self.cleaned_data.get(name, "") for name in ("real_name", "email")
        }
        validate_password(password, User(**known))
        return password


class RegisterForm(PersonForm):
    """A new person."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send you a link to confirm it."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
    )
    field_order = ("real_name", "phone", "email", "password")


class SignInForm(forms.Form):
    """E-mail and password; the second step follows at the signer."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        strip=False,
        error_messages={"required": _("Enter your password.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput())


class AddressForm(forms.Form):
    """The address a reset link goes to."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
    )


class NewPasswordForm(forms.Form):
    """A new password, for a person known from the link."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. A few words that do not belong together are good."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuses a short or common one, or one that is made of the name or address."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password
