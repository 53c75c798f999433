"""A firm asks for a person after the policy declined alone."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.ask_review import ask_review
from portal.applications.queries import firm_case_for
from portal.web.access import actor_of, audience


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What should the person know?"),
        help_text=gettext_lazy("Up to 1,000 characters. You can hand in documents afterwards."),
        max_length=rules.NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@audience("firm")
def ask(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say what asking means, and do it when asked to; back to the application when it is done."""
    actor = actor_of(request)
    require(actor, Permission.APPLICATION_SUBMIT)
    case = firm_case_for(actor, application_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_review(actor, application_id=application_id, note=form.cleaned_data["note"])
        messages.success(request, _("A person at the bank will look at your case."))
        return redirect("sme:application_detail", application_id)
    if not case.may_ask_review:
        return redirect("sme:application_detail", application_id)
    context = {"form": form, "case": case, "application": case.application}
    return render(request, "sme/application_review.html", context)
