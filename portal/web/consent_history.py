"""The steps of a consent in words, for its firm and its bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from portal.consents.history import Happened, history_of
from portal.consents.queries import ConsentView
from portal.core.actor import Actor
from portal.web.formats import date_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_STEPS: Final[Mapping[str, StrPromise]] = {
    "asked_by_firm": _("The firm itself put the terms before the consent signer"),
    "asked_by_bank": _("The bank asked for it"),
    "granted": _("Signed: the firm allowed it"),
    "pause": _("Paused by the firm"),
    "resume": _("Resumed, with a new signature"),
    "withdraw": _("Stopped by the firm"),
    "release": _("Given back by the bank"),
    "supersede": _("Replaced by a newer consent"),
    "expired": _("Its time ran out"),
    "key_revoked": _("Ended: the key that signed it was revoked"),
    "authority": _("The tax authority confirmed that it hands out nothing more under it"),
    "acknowledged": _("The bank acknowledged the end"),
    "erased": _("The records that no other consent covers were erased"),
}
_BECAUSE: Final[Mapping[tuple[str, str], StrPromise]] = {
    ("pause", "representative_changed"): _(
        "Paused, because the firm’s legal representative changed; to be confirmed by %(by)s"
    ),
    ("withdraw", "unconfirmed"): _("Ended: the new legal representative did not confirm it"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and when."""

    sentence: str
    at: datetime


def history_steps(actor: Actor, consent: ConsentView) -> list[Step]:
    """What has happened to the consent, first thing first."""
    return [Step(_sentence(step), step.at) for step in history_of(actor, consent)]


def _sentence(step: Happened) -> str:
    words = _BECAUSE.get((step.what, step.because or ""), _STEPS[step.what])
    by = "" if step.confirm_by is None else date_text(step.confirm_by)
    return str(words) % {"by": by}
