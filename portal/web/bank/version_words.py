"""The terms of a version and how far its policy acts alone, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.products.method_words import METHOD_WORDS
from portal.products.queries import example_of
from portal.products.repayment import percent
from portal.products.terms import Terms, VersionContent
from portal.web.formats import yuan_text
from portal.web.templatetags.lending import category_words, months_words, terms_words


def shown_terms(content: VersionContent) -> list[tuple[str, str]]:
    """Labels and values, in the order of the page."""
    terms, automation = content.terms, content.automation
    return [
        (
            _("Amount"),
            _("%(least)s to %(most)s")
            % {"least": yuan_text(terms.min_amount_fen), "most": yuan_text(terms.max_amount_fen)},
        ),
        (_("Term"), terms_words(terms.terms_months)),
        (_("Yearly rate, fixed"), f"{percent(terms.annual_rate_bp)}%"),
        (_("How it is paid back"), str(METHOD_WORDS[terms.method])),
        (_("Rate of what is overdue"), f"{percent(terms.penalty_rate_bp(terms.annual_rate_bp))}%"),
        (_("Fees"), _fees(terms)),
        (_("Annual cost with fees"), _yearly_cost(terms)),
        (_("Cooling-off"), _days(terms.cooling_off_days)),
        (
            _("Data needed"),
            f"{category_words(terms.categories)} · {months_words(terms.months_needed)}",
        ),
        (_("Approves by itself"), _limit(automation.approve_up_to_fen)),
        (_("Declines by itself"), _limit(automation.decline_up_to_fen)),
    ]


def _fees(terms: Terms) -> str:
    parts = []
    if terms.fee_fen:
        parts.append(yuan_text(terms.fee_fen))
    if terms.fee_bp:
        parts.append(_("%(share)s%% of the amount") % {"share": percent(terms.fee_bp)})
    return " + ".join(parts) or _("None")


def _yearly_cost(terms: Terms) -> str:
    amount, term = example_of(terms)
    found = terms.percentage_of(amount, term)
    return _("%(simple)s%% simple, %(compound)s%% compound, for %(amount)s over %(months)s") % {
        "simple": percent(found.nominal_bp),
        "compound": percent(found.effective_bp),
        "amount": yuan_text(amount),
        "months": months_words(term),
    }


def _days(days: int) -> str:
    if not days:
        return _("None")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _limit(limit_fen: int) -> str:
    if not limit_fen:
        return _("Never: an officer decides")
    return _("Up to %(limit)s asked for") % {"limit": yuan_text(limit_fen)}
