"""Words of what an offer hangs on: the same for who makes it, who gets it, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CONDITION_WORDS: Mapping[str, StrPromise] = {
    "owner_guarantee": gettext_lazy("The owner stands surety"),
    "paid_to_supplier": gettext_lazy("Paid out to suppliers only"),
    "quarterly_figures": gettext_lazy("Figures every quarter"),
}
