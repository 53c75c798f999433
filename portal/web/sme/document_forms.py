"""Shape of a file that a firm hands in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.applications.document_models import KIND_WORDS
from portal.applications.document_rules import check_content, check_size
from portal.core.errors import RuleBroken


class DocumentForm(forms.Form):
    """A kind and a file, which is judged by its bytes; afterwards ``data`` holds them."""

    kind = forms.ChoiceField(label=_("What kind of document is it?"), choices=[*KIND_WORDS.items()])
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PNG or JPEG, up to 10 MB. The bank sees it; nobody else does."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        allow_empty_file=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            try:
                check_size(file.size)
                cleaned["data"] = file.read()
                check_content(cleaned["data"])
            except RuleBroken as broken:
                self.add_error("file", broken.message)
        return cleaned


class AnswerForm(DocumentForm):
    """An answer to the bank, with a document if it helps."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Up to 2,000 characters."),
        max_length=rules.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one sentence.")},
    )
    field_order = ("text", "file", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "file"):
            self.fields[name].required = False
