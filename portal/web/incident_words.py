"""Incidents in words: what was seen, what it means, how long is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ledger.halts import HaltReason
from ledger.witnessing.problems import Problem
from ledger.words import code_words
from portal.oversight.models import Cause, Incident, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TITLES: Mapping[Cause, StrPromise] = {
    Cause.LEDGER_CHECK: _("A check of the ledger failed"),
    Cause.ENTRY: _("An entry of the ledger no longer holds"),
    Cause.PROOF: _("A proof no longer leads to the signed state"),
    Cause.RECEIPT: _("A signed receipt contradicts the ledger"),
    Cause.WITNESS: _("A witness refused the ledger's state"),
    Cause.SIGNING: _("The ledger stopped signing"),
    Cause.MANDATES: _("The tax authority’s list of ended mandates can’t be believed"),
    Cause.MODEL: _("The scoring model is not the one that was approved"),
}
MEANINGS: Mapping[Cause, StrPromise] = {
    Cause.LEDGER_CHECK: _(
        "Stored entries are not those that were written. Nothing from the first bad entry on may "
        "be relied on until the cause is known."
    ),
    Cause.ENTRY: _(
        "Somebody opened an entry, and its text no longer gives the hash that was stored with it, "
        "or it does not fit its neighbours."
    ),
    Cause.PROOF: _(
        "The stored hashes are not those under the signed state, so no receipt can be made from "
        "them. Receipts that were handed out before still prove what they say."
    ),
    Cause.RECEIPT: _(
        "Somebody holds a receipt with the ledger's own valid signature, for a history other than "
        "the one stored here. Either history was rewritten or the signing key is in other hands."
    ),
    Cause.WITNESS: _(
        "A witness remembers a larger ledger, or another one of the same size. A witness that "
        "refuses is how a rewritten history shows to the outside."
    ),
    Cause.SIGNING: _(
        "Events go on being written and chained, but nothing is signed: the ledger found that it "
        "is not what it signed or what witnesses saw before."
    ),
    Cause.MANDATES: _(
        "What came under the tax authority’s name is not its signed list, or leaves lines out. "
        "Until it can be followed again, people who have left a firm may go on acting for it here."
    ),
    Cause.MODEL: _(
        "The registry’s model, or the file it came with, is not what was registered. Nobody is "
        "scored until it is known who changed it; scores that there are stay as they are."
    ),
}
PROBLEMS: Mapping[Problem, StrPromise] = {
    Problem.UNREACHABLE: _("Does not answer"),
    Problem.REFUSED: _("Refuses to cosign"),
    Problem.WRONG_LINE: _("Answered with a wrong signature"),
    Problem.WRONG_TIME: _("Answered with an impossible time"),
    Problem.UNPROVEN: _("Its state does not lead to ours"),
    Problem.LARGER: _("Remembers a larger ledger"),
    Problem.FORKED: _("Remembers another ledger of this size"),
}
HALTS: Mapping[HaltReason, StrPromise] = {
    HaltReason.HISTORY_CHANGED: _("The stored entries are not those that were signed before"),
    HaltReason.MEMORY_LARGER: _("More was signed before than is stored now"),
    HaltReason.MEMORY_FORKED: _("Another state of this size was signed before"),
    HaltReason.MEMORY_UNREADABLE: _("The note of what was signed last can't be read"),
    HaltReason.WITNESS_LARGER: _("A witness has seen more than is stored now"),
    HaltReason.WITNESS_FORKED: _("A witness has seen another state of this size"),
}
_DETAILS: Mapping[str, StrPromise] = {
    str(code): words for known in (PROBLEMS, HALTS) for code, words in known.items()
}
STATUS_NAMES: Mapping[Status, StrPromise] = {
    Status.OPEN: _("Open"),
    Status.REPORTED: _("Reported"),
    Status.CLOSED: _("Closed by a person"),
}


def title(incident: Incident) -> str:
    """What was seen."""
    return str(TITLES[Cause(incident.cause)])


def meaning(incident: Incident) -> str:
    """What it means."""
    return str(MEANINGS[Cause(incident.cause)])


def detail_words(code: str) -> str:
    """What is wrong, from the code that a check, a witness or the sequencer gave."""
    return str(_DETAILS.get(code) or code_words(code)) if code else ""


def clock(incident: Incident, now: datetime) -> str:
    """How long is left to report it, or for how long it is overdue; "" once it was reported."""
    if incident.status != Status.OPEN:
        return ""
    if now > incident.due_at:
        hours = int((now - incident.due_at).total_seconds() // 3600)
        if hours == 0:
            return gettext("overdue")
        overdue = ngettext("overdue by %(hours)s hour", "overdue by %(hours)s hours", hours)
        return overdue % {"hours": hours}
    hours = int((incident.due_at - now).total_seconds() // 3600)
    if hours == 0:
        return gettext("less than an hour left")
    return ngettext("%(hours)s hour left", "%(hours)s hours left", hours) % {"hours": hours}


def group(incident: Incident) -> str:
    """How a status tag shows it: red while it waits for its report."""
    match Status(incident.status):
        case Status.OPEN:
            return "refused"
        case Status.REPORTED:
            return "waiting"
        case Status.CLOSED:
            return "neutral"
