"""What products must have in common to be asked for with the same answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.applications.rules import ProductTerms
from portal.core.errors import RuleBroken
from portal.core.money import yuan

MOST_BANKS: Final = 8


def check_number(chosen: int) -> None:
    """Refuse none (RuleBroken ``products_missing``) and too many (``products_too_many``)."""
    if chosen == 0:
        raise RuleBroken(_("Choose at least one product."), code="products_missing")
    if chosen > MOST_BANKS:
        raise RuleBroken(
            _("Choose up to %(most)d products.") % {"most": MOST_BANKS}, code="products_too_many"
        )


def terms_in_common(by_name: Mapping[str, ProductTerms]) -> ProductTerms:
    """The bounds that suit all of the products, each under the name that its firm reads.

    RuleBroken ``amounts_apart`` and ``terms_apart`` where nothing does, with the names.
    """
    high = max(by_name, key=lambda name: by_name[name].min_amount_fen)
    low = min(by_name, key=lambda name: by_name[name].max_amount_fen)
    least_fen, most_fen = by_name[high].min_amount_fen, by_name[low].max_amount_fen
    if least_fen > most_fen:
        raise RuleBroken(
            _(
                "No amount suits all: %(high)s lends from ¥%(least)s, and %(low)s only up to "
                "¥%(most)s. Leave one of them out."
            )
            % {"high": high, "least": yuan(least_fen), "low": low, "most": yuan(most_fen)},
            code="amounts_apart",
        )
    return ProductTerms(least_fen, most_fen, _months_in_common(by_name))


def _months_in_common(by_name: Mapping[str, ProductTerms]) -> tuple[int, ...]:
    common = set.intersection(*(set(terms.terms_months) for terms in by_name.values()))
    if not common:
        raise RuleBroken(
            _("No term suits all: %(products)s. Leave one of them out.")
            % {
                "products": pgettext("list", "; ").join(
                    f"{name} ({', '.join(map(str, terms.terms_months))})"
                    for name, terms in by_name.items()
                )
            },
            code="terms_apart",
        )
    return tuple(sorted(common))
