"""What was signed, who vouches for it, and whether a later state begins with an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger.checkpoint_queries import CheckpointRow, checkpoints_page
from ledger.halts import latest_halt
from ledger.keys import policy
from ledger.proofs import Consistency
from ledger.standing import heads
from ledger.witnessing.problems import ALARMS
from ledger.witnessing.queries import WitnessRow, witness_rows
from portal.accounts.permissions import Permission, require
from portal.oversight.consistency import consistency_or_incident
from portal.web.access import actor_of, audience
from portal.web.incident_words import PROBLEMS, detail_words
from portal.web.policy_words import quorum_words
from portal.web.witness_names import witness_name

LARGEST = 2**63 - 1


class SizesForm(forms.Form):
    """Two signed states, by how many entries they hold."""

    old = forms.IntegerField(label=_("Earlier state, entries"), min_value=1, max_value=LARGEST)
    new = forms.IntegerField(label=_("Later state, entries"), min_value=1, max_value=LARGEST)

    def clean(self) -> dict[str, Any]:
        """Refuses a later state that is smaller."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned["old"] > cleaned["new"]:
            self.add_error("new", _("The later state can't hold fewer entries."))
        return cleaned


class PlaceForm(forms.Form):
    """Where the page before ended."""

    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness with its problem in words; ``group`` says how its tag shows."""

    row: WitnessRow
    text: str
    group: str


@dataclass(frozen=True, slots=True)
class CheckpointLine:
    """A signed state with its witnesses in words."""

    row: CheckpointRow
    witnesses: str


@never_cache
@require_safe
@audience("regulator")
def listed(request: HttpRequest) -> HttpResponse:
    """The witnesses with what they last said, and the signed states, newest first."""
    require(actor_of(request), Permission.LEDGER_READ)
    form = PlaceForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    page, halt = checkpoints_page(before=before), latest_halt()
    context = {
        "heads": heads(),
        "quorum": quorum_words(policy()),
        "witnesses": [_witness_line(row) for row in witness_rows()],
        "checkpoints": [_checkpoint_line(row) for row in page.rows],
        "halt": halt,
        "halt_reason": detail_words(halt.reason) if halt else "",
        "older_url": "" if page.older_before is None else f"?before={page.older_before}",
        "newest_url": "" if before is None else request.path,
    }
    return render(request, "regulator/checkpoints.html", context)


@never_cache
@require_safe
@audience("regulator")
def consistency(request: HttpRequest) -> HttpResponse:
    """Whether the later of two signed states begins with the earlier one."""
    require(actor_of(request), Permission.LEDGER_READ)
    is_asked = "old" in request.GET or "new" in request.GET
    form = SizesForm(request.GET if is_asked else None)
    context: dict[str, Any] = {"form": form, "is_asked": False}
    if form.is_bound and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        found, is_sound = consistency_or_incident(old, new)
        context |= {"is_asked": True, "is_sound": is_sound, "found": found}
        context |= {"old": old, "new": new, "hashes": _hashes(found)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "regulator/consistency.html", context, status=status)


def _hashes(found: Consistency | None) -> list[str]:
    return [] if found is None else [sibling.hex() for sibling in found.path]


def _witness_line(row: WitnessRow) -> WitnessLine:
    problem = row.state.problem if row.state else None
    if problem is None:
        return WitnessLine(row, "", "done")
    return WitnessLine(row, str(PROBLEMS[problem]), "refused" if problem in ALARMS else "waiting")


def _checkpoint_line(row: CheckpointRow) -> CheckpointLine:
    names = pgettext("list", ", ").join(witness_name(name) for name in row.witnesses)
    return CheckpointLine(row, names)
