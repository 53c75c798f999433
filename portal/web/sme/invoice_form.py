"""Several files in one field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications.attach_invoices import MOST_AT_ONCE
from portal.invoices.attaching import Upload
from portal.invoices.reading.document import LARGEST_FILE


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Whatever was sent, read no further than is needed to refuse it."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        sent = data if isinstance(data, list) else [data] if data else []
        if not sent:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(sent) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Choose at most %(most)d files at once."), params={"most": MOST_AT_ONCE}
            )
        return [Upload(file.name, file.read(LARGEST_FILE + 1)) for file in sent]


class InvoicesForm(forms.Form):
    """The XML files of e-invoices."""

    invoices = FilesField(
        label=_("XML files"),
        help_text=_("The files that you download from the tax authority, up to 20 at once."),
        widget=_FilesInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )
