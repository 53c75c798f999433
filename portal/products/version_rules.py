"""What a new version of a product may say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from portal.products.policy.flaws import Flaw, FlawCode, flaws_of
from portal.products.policy.vocabulary import HIGHEST_AMOUNT_FEN
from portal.products.rules import HIGHEST_RATE_BP, check_bounds
from portal.products.terms import Automation, Terms, VersionContent

MOST_COOLING_OFF_DAYS = 30
LONGEST_TERM_MONTHS = 120
# People's Bank of China notice 2003 No. 251: at most half of the loan's rate on top of it.
HIGHEST_PENALTY_MARKUP_BP = 5_000


def check_version(content: VersionContent, *, categories: Sequence[str]) -> None:
    """Refuse terms, limits or a policy that could not be put in force (RuleBroken).

    ``categories`` are those that firms' consents for the product cover: a version can't need more.
    """
    check_terms(content.terms, categories=categories)
    check_automation(content.automation, content.terms)
    flaws = flaws_of_policy(content)
    if flaws:
        raise RuleBroken(
            _("The policy has a mistake in row %(row)d.") % {"row": flaws[0].row},
            code="policy_broken",
        )


def check_terms(terms: Terms, *, categories: Sequence[str]) -> None:
    """Refuse terms that no firm could be shown (RuleBroken)."""
    check_bounds(terms.bounds)
    if terms.max_amount_fen > HIGHEST_AMOUNT_FEN or max(terms.terms_months) > LONGEST_TERM_MONTHS:
        raise RuleBroken(_("The amount or the term is too large."), code="terms_too_large")
    if len(set(terms.terms_months)) != len(terms.terms_months):
        raise RuleBroken(_("Name each term once."), code="terms_repeated")
    if sorted(terms.categories) != sorted(categories):
        raise RuleBroken(
            _("A version needs the data that its product needs; other data is another product."),
            code="categories_changed",
        )
    if not 0 <= terms.cooling_off_days <= MOST_COOLING_OFF_DAYS:
        raise RuleBroken(
            _("The cooling-off period may last up to %(days)d days.")
            % {"days": MOST_COOLING_OFF_DAYS},
            code="cooling_off_implausible",
        )
    if not 0 <= terms.penalty_markup_bp <= HIGHEST_PENALTY_MARKUP_BP:
        raise RuleBroken(
            _("For what is overdue up to 50 % of the rate may be added to it."),
            code="penalty_implausible",
        )
    _check_cost(terms)


def check_automation(automation: Automation, terms: Terms) -> None:
    """Refuse a limit below zero or beyond the product's largest amount (RuleBroken)."""
    for limit_fen in (automation.approve_up_to_fen, automation.decline_up_to_fen):
        if not 0 <= limit_fen <= terms.max_amount_fen:
            raise RuleBroken(
                _("A limit lies between 0 and the product's largest amount."),
                code="automation_out_of_range",
            )


def flaws_of_policy(content: VersionContent) -> tuple[Flaw, ...]:
    """Flaws of the table, and of approvals that lie outside the product's own terms."""
    return (*flaws_of(content.table), *_beyond_terms(content))


def _beyond_terms(content: VersionContent) -> Iterator[Flaw]:
    terms = content.terms
    for number, row in enumerate(content.table.rows, start=1):
        limit, rate = row.limit_fen, row.rate_bp
        if limit is not None and not terms.min_amount_fen <= limit <= terms.max_amount_fen:
            yield Flaw(number, "limit_fen", FlawCode.LIMIT_BEYOND_TERMS)
        if rate is not None and rate > terms.annual_rate_bp:
            yield Flaw(number, "rate_bp", FlawCode.RATE_BEYOND_TERMS)


def _check_cost(terms: Terms) -> None:
    """The smallest and shortest loan bears its fees worst."""
    if terms.fee_fen < 0 or not 0 <= terms.fee_bp < 10_000:
        raise RuleBroken(
            _("Fees can't be negative or take the whole loan."), code="fees_implausible"
        )
    try:
        dearest = terms.percentage_of(terms.min_amount_fen, min(terms.terms_months)).nominal_bp
    except ValueError:
        dearest = HIGHEST_RATE_BP + 1
    if dearest > HIGHEST_RATE_BP:
        raise RuleBroken(
            _("With its fees, the smallest loan would cost more than 36 % a year."),
            code="fees_implausible",
        )
