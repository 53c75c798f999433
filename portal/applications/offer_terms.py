"""What an approval offers, held to what was asked for and to what the product lends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.products.policy.vocabulary import CONDITIONS, Verdict
from portal.products.repayment import percent
from portal.products.terms import Terms


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """Amount in fen, yearly rate in basis points, codes of what it hangs on."""

    amount_fen: int
    annual_rate_bp: int
    conditions: tuple[str, ...] = ()

    def frozen(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "amount_fen": self.amount_fen,
            "annual_rate_bp": self.annual_rate_bp,
            "conditions": list(self.conditions),
        }

    @classmethod
    def thaw(cls, kept: Mapping[str, Any]) -> Self:
        """What ``frozen`` gave."""
        return cls(kept["amount_fen"], kept["annual_rate_bp"], tuple(kept["conditions"]))


def suggested(asked_fen: int, product: Terms, answer: Mapping[str, Any] | None) -> OfferTerms:
    """What the policy would give where it approves, and else what was asked for at the shown rate.

    ``answer`` is a policy's frozen answer. Its limit holds also where the firm asks for more.
    """
    if answer is None or answer["verdict"] != Verdict.APPROVE:
        return OfferTerms(min(asked_fen, product.max_amount_fen), product.annual_rate_bp)
    return OfferTerms(
        min(asked_fen, answer["limit_fen"], product.max_amount_fen),
        min(answer["rate_bp"], product.annual_rate_bp),
        tuple(answer["conditions"]),
    )


def check_offer(offer: OfferTerms, *, asked_fen: int, product: Terms) -> None:
    """Refuse (RuleBroken) more than was asked for, what the product doesn't lend, or a dearer rate.

    Also conditions that are not on the list (``condition_unknown``).
    """
    most_fen = min(asked_fen, product.max_amount_fen)
    if not product.min_amount_fen <= offer.amount_fen <= most_fen:
        raise RuleBroken(
            _("Offer from ¥%(least)s to ¥%(most)s: what the product lends, and was asked for.")
            % {"least": yuan(product.min_amount_fen), "most": yuan(most_fen)},
            code="offer_out_of_range",
        )
    if not 1 <= offer.annual_rate_bp <= product.annual_rate_bp:
        raise RuleBroken(
            _("The rate goes up to %(most)s%% a year, which the firm was shown.")
            % {"most": percent(product.annual_rate_bp)},
            code="rate_out_of_range",
        )
    known = set(CONDITIONS)
    if len(set(offer.conditions)) != len(offer.conditions) or not set(offer.conditions) <= known:
        raise RuleBroken(_("Choose conditions from the list."), code="condition_unknown")
