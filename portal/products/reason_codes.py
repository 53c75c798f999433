"""Why a loan is approved or declined: a closed list, since a refusal owes its main reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Outcome(models.TextChoices):
    APPROVE = "approve"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Reason:
    """``label`` is for the officer; ``told`` and ``remedy`` are what the firm reads.

    ``rests_on_score`` marks those that mean nothing without a score in sight.
    """

    outcome: Outcome
    label: StrPromise
    told: StrPromise
    remedy: StrPromise | None = None
    rests_on_score: bool = False


REASONS: dict[str, Reason] = {
    "score_sufficient": Reason(
        Outcome.APPROVE,
        _("The score meets the product's bar"),
        _("Your score meets what the bank asks for this product."),
        rests_on_score=True,
    ),
    "turnover_supports": Reason(
        Outcome.APPROVE,
        _("Turnover supports the instalments"),
        _("Your invoiced sales are large and steady enough for the instalments."),
    ),
    "relations_steady": Reason(
        Outcome.APPROVE,
        _("Steady buyers and suppliers"),
        _("You have traded with the same buyers and suppliers over a long time."),
    ),
    "officer_knowledge": Reason(
        Outcome.APPROVE,
        _("The officer's own review supports it"),
        _("An officer looked at your case and found that it supports the loan."),
    ),
    "score_too_low": Reason(
        Outcome.DECLINE,
        _("The score is below the product's bar"),
        _("Your score is below what the bank asks for this product."),
        _("See which reasons lowered your score; a later application is scored anew."),
        rests_on_score=True,
    ),
    "amount_beyond_turnover": Reason(
        Outcome.DECLINE,
        _("The amount is too large for the turnover"),
        _("The amount is large beside your invoiced sales."),
        _("A smaller amount or a longer term may fit."),
    ),
    "sales_falling": Reason(
        Outcome.DECLINE,
        _("Sales are falling or uneven"),
        _("Your invoiced sales have fallen, or change strongly from month to month."),
        _("Several months of steadier sales would change this."),
    ),
    "buyers_concentrated": Reason(
        Outcome.DECLINE,
        _("Sales depend on too few buyers"),
        _("Most of your sales go to very few buyers."),
        _("Selling to more buyers, with none of them dominant, would change this."),
    ),
    "records_too_short": Reason(
        Outcome.DECLINE,
        _("Too few months of records"),
        _("There are too few months of records to judge the loan by."),
        _("Apply again when more months are on record, or give the bank other documents."),
    ),
    "invoices_unclear": Reason(
        Outcome.DECLINE,
        _("Invoices need explaining"),
        _("Some invoices could not be explained, such as many void or red-letter ones."),
        _("Explain them to the bank and ask a person there to look again."),
    ),
    "purpose_outside_product": Reason(
        Outcome.DECLINE,
        _("The use of funds is outside the product"),
        _("The product does not lend for the use you stated."),
        _("Another product may lend for this use."),
    ),
}


def reasons_of(outcome: Outcome, *, has_score: bool = True) -> dict[str, Reason]:
    """The codes that may be given for ``outcome``, in the order of the page."""
    return {
        code: reason
        for code, reason in REASONS.items()
        if reason.outcome == outcome and (has_score or not reason.rests_on_score)
    }
