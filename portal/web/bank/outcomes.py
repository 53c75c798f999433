"""What became of the bank's loans: one from its case, many from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.permissions import Permission, require
from portal.applications.bank_queries import bank_case_for
from portal.core.errors import RuleBroken
from portal.modelwatch.note_outcomes import MOST_LINES, Outcome, note_outcomes
from portal.web.access import actor_of, audience

COLUMNS: Final = ("reference", "paid_out_on", "overdue_90_on")
MOST_BYTES: Final = 1_000_000


class OutcomeForm(forms.Form):
    """The two days of one loan."""

    paid_out_on = forms.DateField(
        label=gettext_lazy("Paid out on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    overdue_90_on = forms.DateField(
        label=gettext_lazy("A payment was 90 days overdue on"),
        help_text=gettext_lazy("The first such day. Leave it empty if there was none."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class OutcomesForm(forms.Form):
    """A file with a line for each loan."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV with the columns reference, paid_out_on and overdue_90_on."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> list[Outcome]:
        """Every line, or where the first one is that can't be read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has up to one megabyte."))
        try:
            return list(_lines(file.read().decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not UTF-8 text.")) from error


@audience("bank")
def of_case(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One loan, from the page of its case."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_DECIDE)
    case = bank_case_for(actor, application_id)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = Outcome(case.application.reference, **form.cleaned_data)
        try:
            note_outcomes(actor, outcomes=[outcome])
        except RuleBroken as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("What became of the loan is written down."))
            return redirect("bank:case_detail", application_id)
    context = {"form": form, "application": case.application}
    return render(request, "bank/outcome.html", context, status=422 if form.is_bound else 200)


@audience("bank")
def of_file(request: HttpRequest) -> HttpResponse:
    """Many loans at once: all lines, or none."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_DECIDE)
    form = OutcomesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = note_outcomes(actor, outcomes=form.cleaned_data["file"])
        except RuleBroken as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _said(new))
            return redirect("bank:calibration")
    context: dict[str, Any] = {"form": form, "most": MOST_LINES}
    return render(request, "bank/outcomes.html", context, status=422 if form.is_bound else 200)


def _said(new: int) -> str:
    text = ngettext("%(new)s line says something new.", "%(new)s lines say something new.", new)
    return text % {"new": new}


def _lines(text: str) -> Iterator[Outcome]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise forms.ValidationError(_("The first line has to name the three columns."))
        for line, row in enumerate(reader, start=1):
            yield _outcome(row, line)
    except csv.Error as error:
        raise forms.ValidationError(_("This is no CSV file.")) from error


def _outcome(row: list[str], line: int) -> Outcome:
    try:
        reference, paid_out, overdue = row
        return Outcome(
            reference.strip(),
            date.fromisoformat(paid_out.strip()),
            date.fromisoformat(overdue.strip()) if overdue.strip() else None,
        )
    except ValueError as error:
        text = _("Line %(line)s can’t be read: a reference and one or two days such as 2026-03-31.")
        raise forms.ValidationError(text % {"line": line}) from error
