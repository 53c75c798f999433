"""What a version of a product says: its terms, how far its policy acts alone, and the policy.

The whole is one JSON document, canonical, whose SHA-256 names it for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from ledger.format.canonical import encode
from portal.products.annual_percentage import AnnualPercentage
from portal.products.payments import Payments, payments_of
from portal.products.policy.document import read, written
from portal.products.policy.table import WITHOUT_ROWS, Table
from portal.products.rules import ProductBounds
from portal.products.schedule import Method
from scoring.engine.window import WINDOW_MONTHS

# 2 says how a loan is paid back, and what is added to the rate when it is late.
FORMAT = 2


class RateType(StrEnum):
    """How the rate behaves over the term."""

    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Terms:
    """Amounts in fen, terms in months, rates in basis points of a year or of the amount.

    ``annual_rate_bp`` is the highest yearly rate that a firm is given, and the one it is shown.
    Both fees, a fixed one and a share of the amount, are kept back from what is paid out.
    ``penalty_markup_bp`` is the share of the loan's rate added to it for what is overdue. Versions
    of before format 2 say neither this nor a method: instalments are equal and nothing is added.
    """

    min_amount_fen: int
    max_amount_fen: int
    terms_months: tuple[int, ...]
    annual_rate_bp: int
    categories: tuple[str, ...]
    rate_type: RateType = RateType.FIXED
    fee_fen: int = 0
    fee_bp: int = 0
    cooling_off_days: int = 0
    months_needed: int = WINDOW_MONTHS
    method: Method = Method.ANNUITY
    penalty_markup_bp: int = 0

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The terms of a version's document, whatever its policy is."""
        kept = document["terms"]
        changed = {
            "rate_type": RateType(kept["rate_type"]),
            "terms_months": tuple(kept["terms_months"]),
            "categories": tuple(kept["categories"]),
            "method": Method(kept.get("method", Method.ANNUITY)),
        }
        return cls(**{**kept, **changed})

    @property
    def bounds(self) -> ProductBounds:
        """What firms are held to when they apply."""
        return ProductBounds(
            self.min_amount_fen,
            self.max_amount_fen,
            self.terms_months,
            self.annual_rate_bp,
            self.months_needed,
        )

    def fees_of(self, amount_fen: int) -> int:
        """All fees of a loan, rounded to the fen half up."""
        return self.fee_fen + (amount_fen * self.fee_bp + 5_000) // 10_000

    def percentage_of(self, amount_fen: int, term_months: int) -> AnnualPercentage:
        """What a loan costs a year at the rate shown; ValueError when the fees eat it up."""
        paid = self.payments_of(amount_fen, term_months)
        return paid.percentage(amount_fen - self.fees_of(amount_fen))

    def payments_of(self, amount_fen: int, term_months: int) -> Payments:
        """How a loan at the rate shown is paid back."""
        return payments_of(
            amount_fen,
            annual_rate_bp=self.annual_rate_bp,
            term_months=term_months,
            method=self.method,
        )

    def penalty_rate_bp(self, annual_rate_bp: int) -> int:
        """What is overdue bears a year on a loan of this rate, rounded half up."""
        return (annual_rate_bp * (10_000 + self.penalty_markup_bp) + 5_000) // 10_000


@dataclass(frozen=True, slots=True)
class Automation:
    """Up to which amount asked for the policy may act without an officer; 0 is never."""

    approve_up_to_fen: int = 0
    decline_up_to_fen: int = 0


@dataclass(frozen=True, slots=True)
class VersionContent:
    """All that two people agree on when a version is put in force."""

    terms: Terms
    automation: Automation = Automation()
    table: Table = WITHOUT_ROWS

    def document(self, *, product_ref: str, number: int) -> dict[str, Any]:
        """As JSON values; refuses with BrokenTable a policy that has a flaw."""
        terms = asdict(self.terms)
        return {
            "format": FORMAT,
            "product": product_ref,
            "number": number,
            "terms": {
                **terms,
                "rate_type": self.terms.rate_type.value,
                "terms_months": list(self.terms.terms_months),
                "categories": list(self.terms.categories),
                "method": self.terms.method.value,
            },
            "automation": asdict(self.automation),
            "rows": written(self.table),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` was called on."""
        return cls(
            terms=Terms.of(document),
            automation=Automation(**document["automation"]),
            table=read(document["rows"]),
        )


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document's canonical bytes, in hex."""
    return hashlib.sha256(encode(document)).hexdigest()
