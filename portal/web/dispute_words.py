"""Codes of disputes as both sides read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from scoring.models import DisputeAbout, DisputeOutcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ABOUT: Mapping[DisputeAbout, StrPromise] = {
    DisputeAbout.RECORDS: _("The records are wrong or incomplete"),
    DisputeAbout.FIGURE: _("A figure was computed wrongly"),
    DisputeAbout.REASON: _("A reason does not fit our firm"),
    DisputeAbout.OTHER: _("Something else"),
}
OUTCOMES: Mapping[DisputeOutcome, StrPromise] = {
    DisputeOutcome.STANDS: _("The score stands"),
    DisputeOutcome.CORRECTED: _(
        "The score is wrong and is used no longer; a new one takes a new consent"
    ),
    DisputeOutcome.SET_ASIDE: _("The score is set aside; a person judges the case without it"),
}
