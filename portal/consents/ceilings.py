"""The most that a consent may allow, per purpose: data, and the pure check against it.

Checked when a request is made, and again by the signer before it signs: the two processes don't
trust each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from portal.consents.artefact_parts import Cut
from portal.consents.purposes import Category, Purpose
from portal.core.errors import RuleBroken
from portal.core.months import Month, months_between


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What one purpose may have at most; ``days`` and ``storage_days`` are also the default."""

    months: int
    uses: int
    days: int
    storage_days: int

    def rules(self, purpose: Purpose) -> tuple[str, ...]:
        """Ids of the rules a consent was held to; they stand in the signed document."""
        return (
            f"{purpose}.months.{self.months}",
            f"{purpose}.uses.{self.uses}",
            f"{purpose}.days.{self.days}",
            f"{purpose}.storage_days.{self.storage_days}",
        )


CEILINGS: Final[Mapping[Purpose, Ceiling]] = {
    Purpose.UNDERWRITING: Ceiling(months=24, uses=1, days=30, storage_days=30),
    Purpose.MONITORING: Ceiling(months=24, uses=12, days=365, storage_days=365),
}


def check_purpose(purpose: str, categories: Sequence[str]) -> Purpose:
    """The purpose, when it and all categories are known and none is named twice.

    Refuses (RuleBroken) with purpose_unknown, category_missing or category_unknown.
    """
    if purpose not in set(Purpose):
        raise RuleBroken(_("This purpose is not known."), code="purpose_unknown")
    if not categories:
        raise RuleBroken(_("A consent names at least one kind of data."), code="category_missing")
    if len(set(categories)) != len(categories) or not set(Category).issuperset(categories):
        raise RuleBroken(_("This kind of data is not known."), code="category_unknown")
    return Purpose(purpose)


def check_months(purpose: Purpose, *, first: Month, last: Month, newest: Month) -> None:
    """Refuse (RuleBroken) an empty, too long or future range of months.

    ``newest`` is the last full month; codes months_empty, months_too_many, months_future.
    """
    asked, limit = len(months_between(first, last)), CEILINGS[purpose].months
    if asked == 0:
        raise RuleBroken(_("The last month comes before the first."), code="months_empty")
    if asked > limit:
        raise RuleBroken(
            _("%(asked)s months were asked for; the limit for this purpose is %(limit)s.")
            % {"asked": asked, "limit": limit},
            code="months_too_many",
        )
    if last > newest:
        raise RuleBroken(_("A consent covers only months that have ended."), code="months_future")


def check_length(purpose: Purpose, *, days: int, storage_days: int, uses: int) -> None:
    """Refuse (RuleBroken, code beyond_ceiling) more days, storage or uses than the purpose may."""
    ceiling = CEILINGS[purpose]
    if days > ceiling.days or storage_days > ceiling.storage_days or uses > ceiling.uses:
        raise RuleBroken(
            _("The request goes beyond what this purpose allows."), code="beyond_ceiling"
        )


def held_to_ceiling(purpose: Purpose, *, cut: bool, **asked: int) -> tuple[Cut, ...]:
    """The cuts that bring what was asked (``months``, ``days``) within the purpose's ceiling.

    Without ``cut``, refuses (RuleBroken, code beyond_ceiling) the first that goes beyond, naming
    the rule, what was asked and the limit; code nothing_asked for less than one of anything.
    """
    if min(asked.values()) < 1:
        raise RuleBroken(_("Ask for at least one month and one day."), code="nothing_asked")
    ceiling = CEILINGS[purpose]
    limits = {name: getattr(ceiling, name) for name in asked}
    cuts = tuple(
        Cut(rule=f"{purpose}.{name}.{limits[name]}", asked=number, granted=limits[name])
        for name, number in asked.items()
        if number > limits[name]
    )
    if cuts and not cut:
        raise RuleBroken(_beyond(cuts[0]), code="beyond_ceiling")
    return cuts


def _beyond(cut: Cut) -> str:
    words = {
        "months": _(
            "%(asked)s months were asked for; the limit for this purpose is %(limit)s "
            "(rule %(rule)s)."
        ),
        "days": _(
            "%(asked)s days were asked for; the limit for this purpose is %(limit)s "
            "(rule %(rule)s)."
        ),
    }
    return words[cut.term] % {"asked": cut.asked, "limit": cut.granted, "rule": cut.rule}
