"""Why each kind of data is needed, and what is in it: before signing, wherever terms are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.consents.purposes import CATEGORY_TEXTS, Category
from portal.consents.terms import Terms

REASONS: Final[Mapping[Category, Promise]] = {
    Category.VAT_INVOICES: _(
        "To see how sales and purchases go over time, how many buyers you depend on, and how many "
        "invoices are cancelled or reversed."
    ),
    Category.VAT_RETURNS: _("To see whether declared sales and invoices agree."),
    Category.INCOME_TAX_RETURNS: _("To see what remains of your sales as profit."),
    Category.TAX_RATING: _("To see how the tax authority rates your filing and paying."),
}
CONTENTS: Final[Mapping[Category, Promise]] = {
    Category.VAT_INVOICES: _(
        "Date, amount, tax, other party and state of each invoice. The scoring program reads "
        "monthly totals made from them; nobody reads single invoices."
    ),
    Category.VAT_RETURNS: _("Declared sales, tax due and filing date of each period."),
    Category.INCOME_TAX_RETURNS: _("Revenue, cost, profit and tax of each period."),
    Category.TAX_RATING: _("The yearly rating, A to D, and its date."),
}


@dataclass(frozen=True, slots=True)
class NeededData:
    """One kind of data: its name, why it is needed, and what is in it."""

    name: str
    reason: Promise
    contents: Promise


def needed_for(terms: Terms, language: str) -> tuple[NeededData, ...]:
    """Each kind of data that the terms name, in their order."""
    return tuple(
        NeededData(CATEGORY_TEXTS[one].said_in(language), REASONS[one], CONTENTS[one])
        for one in terms.categories
    )
