"""What the letter of an approval says of the offer: its terms, its cost, and how to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.applications.letter.content import Section
from portal.applications.offer_plan import OfferPlan
from portal.products.condition_words import CONDITION_WORDS
from portal.products.repayment import percent
from portal.web.formats import time_text, yuan_text
from portal.web.templatetags.lending import months_words


def offer_sections(offer: Mapping[str, Any] | None) -> tuple[Section, ...]:
    """The offer's document in words; nothing for an approval from before there were offers."""
    if offer is None:
        return ()
    return (_terms(offer), _answering(offer))


def _terms(offer: Mapping[str, Any]) -> Section:
    plan = OfferPlan.of(offer)
    words = {
        "amount": yuan_text(offer["amount_fen"]),
        "months": months_words(offer["term_months"]),
        "rate": percent(offer["annual_rate_bp"]),
        "fees": yuan_text(offer["fees_fen"]),
        "nominal": percent(offer["nominal_bp"]),
        "effective": percent(offer["effective_bp"]),
    }
    points = (
        _("%(amount)s over %(months)s, at %(rate)s%% a year.") % words,
        _("Fees: %(fees)s. With them it costs %(nominal)s%% a year, %(effective)s%% compound.")
        % words,
        _paid_back(plan),
        *_overdue(plan),
        *(
            _("On condition: %(condition)s.") % {"condition": CONDITION_WORDS[code]}
            for code in offer["conditions"]
        ),
    )
    return Section(_("The bank’s offer"), points)


def _paid_back(plan: OfferPlan) -> str:
    words = {
        "method": plan.words,
        "count": plan.count,
        "first": yuan_text(plan.first_fen),
        "last": yuan_text(plan.last_fen),
        "total": yuan_text(plan.total_fen),
    }
    if not plan.is_listed:
        return _("%(monthly)s a month, %(total)s in all.") % {**words, "monthly": words["first"]}
    return (
        _(
            "%(method)s: %(count)s payments, the first of %(first)s, the last of %(last)s, "
            "%(total)s in all."
        )
        % words
    )


def _overdue(plan: OfferPlan) -> tuple[str, ...]:
    if plan.penalty_rate_bp is None:
        return ()
    rate = {"rate": percent(plan.penalty_rate_bp)}
    return (_("What is overdue bears %(rate)s%% a year in place of the loan's rate.") % rate,)


def _answering(offer: Mapping[str, Any]) -> Section:
    until = {"until": time_text(datetime.fromisoformat(offer["valid_until"]))}
    steps = [
        _(
            "The offer stands until %(until)s (UTC+8). You accept it in TaxBridge, on the page of "
            "this application, with your second factor. You may let it go."
        )
        % until,
        _("Nothing is paid out and nothing is owed before the agreement is signed."),
    ]
    if days := offer["cooling_off_days"]:
        steps.append(
            ngettext(
                "For %(days)s day after accepting you can go back on it in TaxBridge.",
                "For %(days)s days after accepting you can go back on it in TaxBridge.",
                days,
            )
            % {"days": days}
        )
    return Section(_("What happens next"), tuple(steps))
