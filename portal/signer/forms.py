"""What is typed at the signer: codes, and nothing else."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.signer.phones import Answer, Verdict


class CodeForm(forms.Form):
    """The six figures that the phone shows."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=12,
        help_text=_("The six figures your authenticator app shows now. Each code counts once."),
        error_messages={"required": _("Enter the six figures your app shows.")},
    )

    def clean_code(self) -> str:
        """Spaces are how apps show it; anything but six figures is refused."""
        code = "".join(str(self.cleaned_data["code"]).split())
        RegexValidator(r"^[0-9]{6}$", _("A code has six figures."))(code)
        return code

    def refuse(self, answer: Answer) -> None:
        """Show why the code did not count."""
        self.add_error("code", explanation(answer))


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
        return gettext(
            "There were too many wrong codes. Wait %(seconds)s seconds, then try a new code."
        ) % {"seconds": answer.seconds}
    if answer.verdict is Verdict.USED:
        return gettext("This code was used already. Wait until your app shows the next one.")
    return gettext("This code is not right. Look at your app again; codes change every 30 seconds.")
