"""How an offer's document says that the loan is paid back, whichever of its formats it is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from portal.products.method_words import METHOD_WORDS
from portal.products.schedule import Method

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """Number of payments, the first, the last, all of them and the interest in them, in fen.

    Format 1 knew one instalment for all months, and neither the payments nor the rate of what is
    overdue (``penalty_rate_bp`` is None): what it shows is what was accepted.
    """

    method: Method
    count: int
    first_fen: int
    last_fen: int
    total_fen: int
    interest_fen: int
    parts: tuple[tuple[int, int], ...] = ()
    day_count: str = ""
    penalty_rate_bp: int | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What the document says."""
        whole = {"total_fen": document["total_fen"], "interest_fen": document["interest_fen"]}
        if document["format"] == 1:
            monthly, months = document["monthly_fen"], document["term_months"]
            return cls(Method.ANNUITY, months, monthly, monthly, **whole)
        parts = tuple((one["principal_fen"], one["interest_fen"]) for one in document["payments"])
        return cls(
            Method(document["method"]),
            len(parts),
            sum(parts[0]),
            sum(parts[-1]),
            **whole,
            parts=parts,
            day_count=document["day_count"],
            penalty_rate_bp=document["penalty_rate_bp"],
        )

    @property
    def words(self) -> StrPromise:
        """The method, in words."""
        return METHOD_WORDS[self.method]

    @property
    def rows(self) -> list[dict[str, int]]:
        """Each payment with its sum, for a table; none in format 1."""
        return [
            {
                "principal_fen": principal,
                "interest_fen": interest,
                "total_fen": principal + interest,
            }
            for principal, interest in self.parts
        ]

    @property
    def is_listed(self) -> bool:
        """Whether each payment is named; not in format 1."""
        return bool(self.parts)
