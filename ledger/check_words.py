"""Verdicts on the ledger in sentences for people, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ledger.spans import Damage, Problem
from ledger.verification import ChainCheck

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PROBLEMS: Mapping[Problem, StrPromise] = {
    Problem.BODY_CHANGED: _(
        "Entry %(seq)s was changed: its text no longer gives the hash stored with it."
    ),
    Problem.LINK_CHANGED: _("Entry %(seq)s does not follow from the entries before it."),
    Problem.EVENT_ID_CHANGED: _("Entry %(seq)s is filed under another event's number."),
    Problem.ENTRY_MISSING: _("Entry %(seq)s is missing."),
    Problem.ENTRY_REPEATED: _("An entry before entry %(seq)s stands there twice."),
    Problem.TAIL_MISSING: _("Entries from %(seq)s on were signed, but are missing."),
    Problem.ROOT_CHANGED: _(
        "The entries hold together, but are not those that were signed: history was rewritten."
    ),
    Problem.CHECKPOINT_CHANGED: _("The newest checkpoint is not signed by the ledger's key."),
    Problem.CHECKPOINT_MISSING: _(
        "The checkpoint over entry %(seq)s is missing, its cosignatures not."
    ),
    Problem.NODE_CHANGED: _("A stored hash above entry %(seq)s does not follow from the entries."),
    Problem.COSIGNATURE_CHANGED: _(
        "A witness did not sign what is kept as its line over entry %(seq)s."
    ),
    Problem.QUORUM_MISSING: _("The state that ends with entry %(seq)s has too few witnesses."),
}
# Where one of many is meant, and it can be said which.
PLACED_PROBLEMS: Mapping[Problem, StrPromise] = {
    Problem.ROOT_CHANGED: _("The entries up to %(seq)s are not those that were signed."),
    Problem.CHECKPOINT_CHANGED: _(
        "The checkpoint over entry %(seq)s is not signed by the ledger's key."
    ),
}


def check_sentence(check: ChainCheck) -> str:
    """The verdict of a check."""
    if check.problem is not None:
        return str(PROBLEMS[check.problem]) % {"seq": check.first_bad_seq}
    if check.from_seq:
        return _part_sentence(check)
    return ngettext(
        "The chain holds: %(entries)s entry checked.",
        "The chain holds: all %(entries)s entries checked.",
        check.entries,
    ) % {"entries": f"{check.entries:,}"}


def _part_sentence(check: ChainCheck) -> str:
    rehashed = check.entries - check.from_seq
    return ngettext(
        "The chain holds: the newest entry checked, number %(first)s.",
        "The chain holds: the newest %(entries)s entries checked, from number %(first)s on.",
        rehashed,
    ) % {"entries": f"{rehashed:,}", "first": f"{check.from_seq:,}"}


def damage_sentence(damage: Damage) -> str:
    """One of the things that a check of everything found."""
    words = PLACED_PROBLEMS.get(damage.problem) if damage.seq is not None else None
    return str(words or PROBLEMS[damage.problem]) % {"seq": damage.seq}
