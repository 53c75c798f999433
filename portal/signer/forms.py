"""What is typed at the signer: codes, and nothing else."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.signer.answers import Answer, Verdict

_ENTER_CODE = _("Enter the six figures your app shows.")


class CodeForm(forms.Form):
    """The six figures that the phone shows."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=12,
        help_text=_("The six figures your authenticator app shows now. Each code counts once."),
        error_messages={"required": _ENTER_CODE},
    )

    def clean_code(self) -> str:
        """Spaces are how apps show it; anything but six figures is refused."""
        code = "".join(str(self.cleaned_data["code"]).split())
        RegexValidator(r"^[0-9]{6}$", _("A code has six figures."))(code)
        return code

    def refuse(self, answer: Answer) -> None:
        """Show why the code did not count."""
        self.add_error("code", explanation(answer))


class _NeededCode(forms.CharField):
    """Shown as needed; whether it is depends on the passkey, see `ProofForm.clean_code`."""

    def validate(self, value: str) -> None:
        return


class ProofForm(CodeForm):
    """A passkey's answer, written by static/passkey.js, or else a one-time code."""

    use_required_attribute = False

    passkey = forms.CharField(required=False, max_length=8192, widget=forms.HiddenInput)
    code = _NeededCode(
        label=CodeForm.base_fields["code"].label,
        max_length=12,
        help_text=CodeForm.base_fields["code"].help_text,
    )
    field_order = ("passkey", "code")

    def clean_code(self) -> str:
        """Without a passkey's answer six figures are needed."""
        if self.cleaned_data.get("passkey"):
            return ""
        if not self.cleaned_data["code"]:
            raise forms.ValidationError(_ENTER_CODE)
        return super().clean_code()

    def refuse_passkey(self, answer: Answer) -> None:
        """Show why the passkey did not count."""
        self.add_error(None, passkey_explanation(answer))


class PasskeyNameForm(forms.Form):
    """What the person calls a new passkey, and what the browser made."""

    passkey = forms.CharField(required=False, max_length=8192, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("A name for this passkey"),
        max_length=64,
        help_text=_("Such as: my phone, office computer. You see it when you remove one."),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Give the passkey a name.")},
    )

    def refuse(self, answer: Answer) -> None:
        """Show why no passkey was set up."""
        if answer.verdict is Verdict.STALE:
            self.add_error(None, gettext("This took too long. Please try again."))
        else:
            self.add_error(None, gettext("No passkey was set up. Please try again."))


class RecoveryForm(forms.Form):
    """One of the ten codes that were shown once."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=20,
        help_text=_("Ten letters and figures, such as abcde-fgh23. It counts once."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter one of your recovery codes.")},
    )

    def refuse(self, answer: Answer) -> None:
        """Show why the code did not count."""
        self.add_error("code", explanation(answer))


def explanation(answer: Answer) -> str:
    """Why a code did not count, and what to do."""
    if answer.verdict is Verdict.WAIT:
        return ngettext(
            "The last code was wrong. Wait %(seconds)d second, then try a new code.",
            "The last code was wrong. Wait %(seconds)d seconds, then try a new code.",
            answer.seconds,
        ) % {"seconds": answer.seconds}
    if answer.verdict is Verdict.USED:
        return gettext("This code was used already. Wait until your app shows the next one.")
    return gettext("This code is not right. Look at your app again; codes change every 30 seconds.")


def passkey_explanation(answer: Answer) -> str:
    """Why a passkey did not count, and what to do."""
    if answer.verdict is Verdict.WAIT:
        return ngettext(
            "Your passkey was refused before. Wait %(seconds)d second, then try again.",
            "Your passkey was refused before. Wait %(seconds)d seconds, then try again.",
            answer.seconds,
        ) % {"seconds": answer.seconds}
    if answer.verdict is Verdict.STALE:
        return gettext("This took too long, or it was sent before. Please use your passkey again.")
    return gettext("This passkey does not count here. Try again, or enter a one-time code.")
