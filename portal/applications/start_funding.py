"""A firm asks several banks for the same money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.funding_drafts import (
    ANSWERS,
    drafts_for,
    lock_starts,
    new_draft,
    terms_of,
)
from portal.applications.funding_rules import check_number
from portal.applications.models import FundingRequest, LoanApplication
from portal.applications.rules import ProductTerms
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.products.queries import products_for


@transaction.atomic(durable=True)
def start_funding(actor: Actor, *, product_ids: Sequence[UUID]) -> list[LoanApplication]:
    """Make one request of a draft per product, and return the drafts, oldest first.

    Drafts that there are join it, with the answers that suit all; what was sent stays where it is.
    NotAllowed for a read-only role; NotFound without a firm, or for a product that is not active;
    RuleBroken for none, for too many, and for products that no amount or no term suits.
    """
    require(actor, Permission.APPLICATION_EDIT)
    firm_id = lock_starts(actor)
    wanted = list(dict.fromkeys(product_ids))
    check_number(len(wanted))
    products = products_for(wanted)
    terms = terms_of(products)
    drafts = drafts_for(firm_id, products)
    funding = _home_of(drafts) or FundingRequest.objects.create(firm_id=firm_id)
    begun = {draft.product_id for draft in drafts}
    drafts += [new_draft(funding, product) for product in products if product.id not in begun]
    answers = _answers_in_common(drafts, terms)
    for draft in drafts:
        draft.funding = funding
        for name, answer in answers.items():
            setattr(draft, name, answer)
        draft.save(update_fields=["funding", *ANSWERS])
    return drafts


def _home_of(drafts: Sequence[LoanApplication]) -> FundingRequest | None:
    """The oldest funding request that has nothing but these drafts: they can stay in it."""
    homes = {draft.funding_id for draft in drafts}
    beside = LoanApplication.objects.filter(funding__in=homes).exclude(
        id__in=[draft.id for draft in drafts]
    )
    kept = homes - set(beside.values_list("funding_id", flat=True))
    return FundingRequest.objects.filter(id__in=kept).order_by("created_at", "id").first()


def _answers_in_common(drafts: Sequence[LoanApplication], terms: ProductTerms) -> dict[str, Any]:
    """The first answer to each question, if it suits all; none else: it is asked again."""

    def fits(check: Callable[[int, ProductTerms], None], answer: int) -> bool:
        try:
            check(answer, terms)
        except RuleBroken:
            return False
        return True

    def first(name: str) -> Any:
        return next((getattr(draft, name) for draft in drafts if getattr(draft, name)), None)

    amount_fen, term_months = first("amount_fen"), first("term_months")
    return {
        "amount_fen": amount_fen if amount_fen and fits(rules.check_amount, amount_fen) else None,
        "term_months": term_months if term_months and fits(rules.check_term, term_months) else None,
        "use_of_funds": first("use_of_funds") or "",
    }
