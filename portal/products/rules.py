"""What a product must say before a firm may see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from scoring.engine.window import WINDOW_MONTHS

HIGHEST_RATE_BP = 3600


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """Name and one-sentence summary in both languages."""

    name: str
    name_zh: str
    summary: str
    summary_zh: str


@dataclass(frozen=True, slots=True)
class ProductBounds:
    """Amounts in fen, terms in months, the yearly rate in basis points, months of records."""

    min_amount_fen: int
    max_amount_fen: int
    terms_months: tuple[int, ...]
    annual_rate_bp: int
    months_needed: int = WINDOW_MONTHS


def check_product(texts: ProductTexts, bounds: ProductBounds) -> None:
    """Refuse texts or bounds that no firm could be shown (RuleBroken)."""
    if not all((texts.name, texts.name_zh, texts.summary, texts.summary_zh)):
        raise RuleBroken("A product needs all its texts in both languages.", code="texts_missing")
    check_bounds(bounds)


def check_bounds(bounds: ProductBounds) -> None:
    """Refuse amounts, terms or a rate out of order, and months that no score looks at."""
    if not 0 < bounds.min_amount_fen <= bounds.max_amount_fen:
        raise RuleBroken(_("The amounts are out of order."), code="amounts_out_of_order")
    if not bounds.terms_months or min(bounds.terms_months) < 1:
        raise RuleBroken(_("A product needs terms of one month or more."), code="terms_missing")
    if not 1 <= bounds.annual_rate_bp <= HIGHEST_RATE_BP:
        raise RuleBroken(_("The rate must lie between 0.01 % and 36 %."), code="rate_implausible")
    if bounds.months_needed != WINDOW_MONTHS:
        raise RuleBroken(
            f"A score looks at {WINDOW_MONTHS} months: a product needs as many, not more or fewer.",
            code="months_not_scored",
        )
