"""Who may approve how much: the bank's people, and the limits of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.applications.limit_queries import LimitLine, limit_line_for, limit_lines_for
from portal.applications.limits import Limits, check_limits
from portal.applications.set_approval_limit import set_approval_limit
from portal.core.errors import RuleBroken
from portal.core.money import parse_yuan, yuan
from portal.web.access import actor_of, audience


class YuanField(forms.CharField):
    """An amount in yuan as people write it; fen when cleaned."""

    def clean(self, value: Any) -> int:
        """Refuses what is no amount, and negative ones."""
        text = super().clean(value)
        try:
            amount_fen = parse_yuan(text)
        except ValueError:
            amount_fen = -1
        if amount_fen < 0:
            raise forms.ValidationError(_("Enter an amount in yuan, for example 500,000."))
        return amount_fen


class LimitForm(forms.Form):
    """Both limits of one person; the second counts only for who approves as the second."""

    alone = YuanField(label=gettext_lazy("Alone, up to (yuan)"), max_length=20)
    second = YuanField(label=gettext_lazy("As the second person, up to (yuan)"), max_length=20)

    def __init__(self, data: QueryDict | None, *, line: LimitLine) -> None:
        limits = line.limits
        initial = {"alone": yuan(limits.alone_fen), "second": yuan(limits.second_fen)}
        super().__init__(data, initial=initial)
        if not line.may_second:
            del self.fields["second"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check_limits(self.limits())
            except RuleBroken as broken:
                self.add_error("alone", broken.message)
        return cleaned

    def limits(self) -> Limits:
        """Who can't be the second person has the one limit for both."""
        alone_fen = self.cleaned_data["alone"]
        return Limits(alone_fen, self.cleaned_data.get("second", alone_fen))


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """Everybody of the bank who decides, with both limits."""
    lines = limit_lines_for(actor_of(request))
    return render(request, "bank/limits.html", {"lines": lines})


@audience("bank")
def change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person's limits."""
    actor = actor_of(request)
    line = limit_line_for(actor, person_id)
    form = LimitForm(request.POST if request.method == "POST" else None, line=line)
    if request.method == "POST" and form.is_valid():
        set_approval_limit(actor, person_id=person_id, limits=form.limits())
        messages.success(request, _("The limits are saved."))
        return redirect("bank:limits")
    return render(request, "bank/limit_change.html", {"line": line, "form": form})
