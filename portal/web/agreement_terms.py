"""Terms of an agreement, and where its money goes, as rows of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.applications.agreements import Agreed
from portal.applications.disbursement_words import RAIL_WORDS
from portal.applications.offer_plan import OfferPlan
from portal.products.condition_words import CONDITION_WORDS
from portal.products.repayment import percent
from portal.web.formats import yuan_text
from portal.web.templatetags.lending import months_words


def term_rows(offer: Mapping[str, Any], plan: OfferPlan) -> list[tuple[str, str]]:
    """Amount, cost, method, and what holds when something goes otherwise."""
    cost = {"simple": percent(offer["nominal_bp"]), "compound": percent(offer["effective_bp"])}
    conditions = [str(CONDITION_WORDS[code]) for code in offer["conditions"]]
    return [
        (_("Amount"), yuan_text(offer["amount_fen"])),
        (_("Term"), months_words(offer["term_months"])),
        (_("Yearly rate, fixed"), f"{percent(offer['annual_rate_bp'])}%"),
        (_("Fees"), yuan_text(offer["fees_fen"]) if offer["fees_fen"] else _("None")),
        (_("Annual cost with fees"), _("%(simple)s%% simple, %(compound)s%% compound") % cost),
        (_("How it is paid back"), str(plan.words)),
        (_("Total to pay back"), yuan_text(plan.total_fen)),
        *_when_late(plan),
        (_("Conditions"), "; ".join(conditions) or _("None")),
        (_("Cooling-off"), _days(offer["cooling_off_days"])),
    ]


def money_rows(agreed: Agreed) -> list[tuple[str, str]]:
    """Way, account in full and payees; an offer of format 1 was accepted without."""
    place = agreed.accepted.place
    if place is None:
        return [(_("Account"), _("Not named in this agreement"))]
    payees = [
        (_("It may pay these suppliers only"), f"{one.name} {one.account}") for one in place.payees
    ]
    return [(_("Account"), f"{RAIL_WORDS[place.rail]} {place.account}"), *payees]


def _when_late(plan: OfferPlan) -> list[tuple[str, str]]:
    if plan.penalty_rate_bp is None:
        return []
    rate = {"rate": percent(plan.penalty_rate_bp)}
    return [
        (
            _("What is overdue bears"),
            _("%(rate)s%% a year in place of the loan’s rate") % rate,
        ),
        (
            _("How interest counts"),
            _(
                "A month bears a twelfth of the yearly rate, a day of a broken month a 360th "
                "(30/360)."
            ),
        ),
    ]


def _days(days: int) -> str:
    if not days:
        return _("None")
    words = ngettext("%(days)s day to change your mind", "%(days)s days to change your mind", days)
    return words % {"days": days}
