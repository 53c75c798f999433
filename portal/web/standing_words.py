"""How far an entry has come, in one word and how a tag shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ledger.standing import Standing

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NAMES: Mapping[Standing, StrPromise] = {
    Standing.PENDING: _("Waiting to be signed"),
    Standing.SIGNED: _("Signed"),
    Standing.WITNESSED: _("Witnessed"),
}
GROUPS: Mapping[Standing, str] = {
    Standing.PENDING: "waiting",
    Standing.SIGNED: "info",
    Standing.WITNESSED: "done",
}
MEANINGS: Mapping[Standing, StrPromise] = {
    Standing.PENDING: _(
        "It has its number in the chain, but no signed state of the ledger holds it yet. Nothing "
        "is proven."
    ),
    Standing.SIGNED: _(
        "The ledger signed a state that holds it. Until enough witnesses vouch for that state, "
        "only the ledger's own word stands behind it."
    ),
    Standing.WITNESSED: _(
        "Enough outside witnesses have cosigned a state of the ledger that holds it. It can't be "
        "changed or removed any more without their noticing."
    ),
}
