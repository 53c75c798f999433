"""Reading products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.errors import NotFound
from portal.core.paging import PAGE_SIZE, Page
from portal.products.annual_percentage import AnnualPercentage
from portal.products.models import Product
from portal.products.payments import Payments
from portal.products.policy_answer import PolicyAnswer, evaluate_policy
from portal.products.repayment import percent
from portal.products.terms import Terms
from portal.products.version_queries import version_in_force, versions_in_force

__all__ = [
    "Offered",
    "PolicyAnswer",
    "evaluate_policy",
    "example_of",
    "product_for",
    "products_for",
    "products_to_compare",
    "version_in_force",
    "versions_in_force",
]

EXAMPLE_AMOUNT_FEN = 50_000_000
EXAMPLE_TERM_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Offered:
    """A product beside what the example loan would cost with it."""

    product: Product
    bank_name: str
    rate: str
    example_amount_fen: int
    example_term_months: int
    example: Payments
    example_fees_fen: int
    percentage: AnnualPercentage
    cooling_off_days: int

    @property
    def nominal(self) -> str:
        """What the example costs a year with its fees, simple; ``effective`` is compound."""
        return percent(self.percentage.nominal_bp)

    @property
    def effective(self) -> str:
        return percent(self.percentage.effective_bp)


def products_to_compare(*, after: UUID | None = None, size: int = PAGE_SIZE) -> Page[Offered]:
    """A page of active products, cheapest first, with one example for all so that they compare.

    The example is the nearest amount and term that the product allows. ``after`` is the last
    product of the page before.
    """
    active = Product.objects.filter(is_active=True)
    last = Product.objects.filter(id=after).first() if after is not None else None
    if last is not None:
        active = active.filter(_dearer_than(last))
    ordered = active.select_related("bank").order_by("annual_rate_bp", "name", "id")
    rows = list(ordered[: size + 1])
    versions = versions_in_force(product.id for product in rows[:size])
    shown = tuple(
        _offered(product, Terms.of(versions[product.id].document)) for product in rows[:size]
    )
    return Page(rows=shown, after=rows[size - 1].id if len(rows) > size else None)


def product_for(product_id: UUID) -> Product:
    """An active product of any bank; NotFound for an absent or retired one."""
    (product,) = products_for([product_id])
    return product


def products_for(product_ids: Sequence[UUID]) -> list[Product]:
    """Active products of any banks, in the order of their ids given; NotFound if one is not."""
    active = Product.objects.filter(id__in=product_ids, is_active=True).select_related("bank")
    by_id = {product.id: product for product in active}
    if not by_id.keys() >= set(product_ids):
        raise NotFound(_("There is no such product."), code="product_not_found")
    return [by_id[product_id] for product_id in product_ids]


def example_of(terms: Terms) -> tuple[int, int]:
    """Amount (fen) and months of the example loan, the nearest that the terms allow."""
    amount = min(max(EXAMPLE_AMOUNT_FEN, terms.min_amount_fen), terms.max_amount_fen)
    return amount, min(terms.terms_months, key=lambda months: abs(months - EXAMPLE_TERM_MONTHS))


def _dearer_than(last: Product) -> Q:
    same_rate = Q(annual_rate_bp=last.annual_rate_bp)
    later = Q(name__gt=last.name) | Q(name=last.name, id__gt=last.id)
    return Q(annual_rate_bp__gt=last.annual_rate_bp) | same_rate & later


def _offered(product: Product, terms: Terms) -> Offered:
    amount, term = example_of(terms)
    return Offered(
        product=product,
        bank_name=product.bank.name_in(get_language() or "en"),
        rate=percent(product.annual_rate_bp),
        example_amount_fen=amount,
        example_term_months=term,
        example=terms.payments_of(amount, term),
        example_fees_fen=terms.fees_of(amount),
        percentage=terms.percentage_of(amount, term),
        cooling_off_days=terms.cooling_off_days,
    )
