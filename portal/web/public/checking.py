"""Anybody's page to check a receipt: by this server, and by the reader's own browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ledger.export.accompanying import policy_text
from ledger.keys import policy
from ledger.queries import Entry
from ledger.words import entry_sentence
from portal.oversight.check_receipt import Checked, check_receipt_text
from portal.oversight.receipt_check import Examination, Stage
from portal.web.policy_words import quorum_words
from portal.web.receipt_place import place_of_flaw
from portal.web.receipt_steps import FAILS, HOLDS, Step, flaw_words, steps_of

MOST_BYTES = 512 * 1024
_PAPER = _(
    "This is a receipt for paper. Open it in a program that shows attachments, save the attached "
    "file whose name ends in .jws, and choose that one."
)


class ReceiptForm(forms.Form):
    """A receipt as a file, or as text."""

    file = forms.FileField(
        label=_("Receipt file"),
        help_text=_(
            "A file whose name ends in .tlog-proof or .jws, or a consent's proof in .json."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".tlog-proof,.jws,.json,.txt"}),
    )
    text = forms.CharField(
        label=_("Or the text of the receipt"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """``text`` is then what is to be checked, with line ends as a file has them."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            cleaned["text"] = self._read(file)
        elif "text" in cleaned:
            cleaned["text"] = cleaned["text"].replace("\r\n", "\n")
        if not self.errors and not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a receipt file, or paste its text below."))
        return cleaned

    def _read(self, file: Any) -> str:
        if file.size > MOST_BYTES:
            self.add_error("file", _("This file is larger than a receipt can be (512 kB)."))
            return ""
        content = file.read()
        if content.startswith(b"%PDF-"):
            self.add_error("file", _PAPER)
            return ""
        try:
            return str(content.decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error("file", _("This file is no text, so it is not a receipt."))
            return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One receipt: what it says happened, and the steps of checking it."""

    examination: Examination
    sentence: str
    steps: list[Step]
    place: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form; after it was sent, verdict, steps and raw text."""
    form = ReceiptForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    known = policy()
    context: dict[str, Any] = {
        "form": form,
        "policy": policy_text(known),
        "quorum": quorum_words(known),
        "browser_steps": list(_browser_steps()),
    }
    if not form.is_valid():
        return render(request, "public/check.html", context, status=422 if form.errors else 200)
    text = form.cleaned_data["text"]
    found = check_receipt_text(text, known)
    context |= {"found": found, "shown": _shown(found), "form": ReceiptForm(initial={"text": text})}
    context["flaw"] = flaw_words(found.flaw)
    return render(request, "public/check.html", context)


def _shown(found: Checked) -> list[Shown]:
    return [
        Shown(
            one,
            _sentence(one),
            list(steps_of(one)),
            place_of_flaw(one.text) if one.failed is Stage.READ else "",
        )
        for one in found.receipts
    ]


def _sentence(one: Examination) -> str:
    """What the entry says, in words; "" unless it could be read."""
    if one.receipt is None or one.event is None:
        return ""
    return entry_sentence(Entry(one.receipt.seq, one.receipt.body, one.leaf.hex(), "", one.event))


def _browser_steps() -> Iterator[Step]:
    """Each step in each of its wordings: the browser's script shows the one that is true."""
    for stage in Stage:
        yield Step(stage, "holds", str(HOLDS[stage]))
        yield Step(stage, "fails", str(FAILS[stage]))
        yield Step(stage, "left", str(HOLDS[stage]))
